package io.icestream.ingest.decode;

import io.icestream.ingest.config.DatasetSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The mapped fields of a data set as a tree along their dots. */
final class FieldMapping {

    /** What a field is read for. */
    enum Role {
        TIME,
        STATION,
        VERSION,
        VARIABLE
    }

    /**
     * One use of a field.
     *
     * @param role what it is read for
     * @param variable index of the variable, 0 for other roles
     * @param path the field, dots and all
     */
    record Target(Role role, int variable, String path) {}

    /**
     * A field or a step on the way to one.
     *
     * @param children next steps by name
     * @param targets uses of this very field
     */
    record Node(Map<String, Node> children, List<Target> targets) {

        Node() {
            this(new LinkedHashMap<>(), new ArrayList<>());
        }

        /** {@return all uses of this field and of those below} */
        Stream<Target> all() {
            return Stream.concat(targets.stream(), children.values().stream().flatMap(Node::all));
        }

        /** {@return the fields below as if their names had dots in them} */
        Map<String, Node> flattened() {
            Map<String, Node> flat = new LinkedHashMap<>();
            children.forEach((name, child) -> {
                if (!child.targets().isEmpty()) {
                    flat.put(name, new Node(Map.of(), child.targets()));
                }
                child.flattened().forEach((rest, node) -> flat.put(name + "." + rest, node));
            });
            return flat;
        }
    }

    private FieldMapping() {}

    static Node of(DatasetSettings dataset) {
        Node root = new Node();
        add(root, new Target(Role.TIME, 0, dataset.time().field()));
        add(root, new Target(Role.STATION, 0, dataset.stations().field()));
        dataset.versionField().ifPresent(field -> add(root, new Target(Role.VERSION, 0, field)));
        for (int variable = 0; variable < dataset.variables().size(); variable++) {
            add(
                    root,
                    new Target(
                            Role.VARIABLE,
                            variable,
                            dataset.variables().get(variable).field()));
        }
        return root;
    }

    private static void add(Node root, Target target) {
        Node node = root;
        for (String step : target.path().split("\\.", -1)) {
            node = node.children().computeIfAbsent(step, name -> new Node());
        }
        node.targets().add(target);
    }
}
