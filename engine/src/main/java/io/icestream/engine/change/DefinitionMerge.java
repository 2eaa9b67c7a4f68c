package io.icestream.engine.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.ZarrException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares and merges the metadata documents of one node that two sides changed. Works on the JSON, so that members which
 * this engine does not know take part like all others. Stateless.
 */
public final class DefinitionMerge {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SHAPE = "shape";
    private static final String ATTRIBUTES = "attributes";

    private DefinitionMerge() {}

    /** In what two documents may differ and still be merged. */
    public enum Aspect {
        /** The shape of an array, if it only grew, along one axis that is the same for both sides. */
        GROWTH,
        /** The attributes, if no attribute was changed differently by both sides. */
        ATTRIBUTES
    }

    /**
     * Tells whether a document differs from another one only in such a way.
     *
     * @param base the former document
     * @param changed the present one
     * @param aspects what may differ
     * @return true if nothing else differs; false also if either cannot be read
     */
    public static boolean differsOnlyIn(Bytes base, Bytes changed, Set<Aspect> aspects) {
        Optional<ObjectNode> before = parse(base);
        Optional<ObjectNode> after = parse(changed);
        if (before.isEmpty() || after.isEmpty()) {
            return false;
        }
        for (String name : differences(before.get(), after.get())) {
            boolean allowed = name.equals(ATTRIBUTES)
                    ? aspects.contains(Aspect.ATTRIBUTES)
                    : name.equals(SHAPE)
                            && aspects.contains(Aspect.GROWTH)
                            && grownAxis(before.get(), after.get()).isPresent();
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether nothing but shape and attributes differs.
     *
     * @param base the former document
     * @param changed the present one
     * @return true if what is stored in a chunk means the same under both; false also if either cannot be read
     */
    public static boolean keepsMeaningOfChunks(Bytes base, Bytes changed) {
        Optional<ObjectNode> before = parse(base);
        Optional<ObjectNode> after = parse(changed);
        return before.isPresent()
                && after.isPresent()
                && Set.of(SHAPE, ATTRIBUTES).containsAll(differences(before.get(), after.get()));
    }

    /**
     * Merges what two sides made of one document.
     *
     * @param kind whether it is that of an array or a group
     * @param base the document that both started from
     * @param theirs what they made of it
     * @param ours what we made of it
     * @param aspects what may be merged
     * @return the merged definition, or empty if the sides differ in something else or contradict each other
     */
    public static Optional<NodeDefinition> merge(
            NodeKind kind, Bytes base, Bytes theirs, Bytes ours, Set<Aspect> aspects) {
        if (!differsOnlyIn(base, theirs, aspects) || !differsOnlyIn(base, ours, aspects)) {
            return Optional.empty();
        }
        ObjectNode before = parse(base).orElseThrow();
        ObjectNode left = parse(theirs).orElseThrow();
        ObjectNode right = parse(ours).orElseThrow();
        Optional<JsonNode> attributes = mergeAttributes(before, left, right);
        Optional<JsonNode> shape = mergeShapes(before, left, right);
        if (attributes.isEmpty() || shape.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode merged = left.deepCopy();
        put(merged, ATTRIBUTES, attributes.get());
        put(merged, SHAPE, shape.get());
        return definition(kind, merged);
    }

    private static void put(ObjectNode target, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            target.set(name, value);
        }
    }

    private static Optional<NodeDefinition> definition(NodeKind kind, ObjectNode document) {
        byte[] json = write(document);
        try {
            return Optional.of(
                    kind == NodeKind.ARRAY
                            ? NodeDefinition.of(ArrayMetadata.parse(json))
                            : NodeDefinition.of(GroupMetadata.parse(json)));
        } catch (ZarrException e) {
            // What this engine cannot read it does not merge either.
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> mergeAttributes(ObjectNode base, ObjectNode theirs, ObjectNode ours) {
        JsonNode before = base.path(ATTRIBUTES);
        JsonNode left = theirs.path(ATTRIBUTES);
        JsonNode right = ours.path(ATTRIBUTES);
        if (left.equals(before) || right.equals(left)) {
            return Optional.of(right.isMissingNode() ? left : right);
        }
        if (right.equals(before)) {
            return Optional.of(left);
        }
        ObjectNode merged = left instanceof ObjectNode object ? object.deepCopy() : MAPPER.createObjectNode();
        for (String name : differences(before, right)) {
            JsonNode mine = right.path(name);
            if (!left.path(name).equals(before.path(name)) && !left.path(name).equals(mine)) {
                return Optional.empty();
            }
            if (mine.isMissingNode()) {
                merged.remove(name);
            } else {
                merged.set(name, mine);
            }
        }
        return Optional.of(merged);
    }

    private static Optional<JsonNode> mergeShapes(ObjectNode base, ObjectNode theirs, ObjectNode ours) {
        JsonNode left = theirs.path(SHAPE);
        JsonNode right = ours.path(SHAPE);
        if (left.equals(base.path(SHAPE)) || left.equals(right)) {
            return Optional.of(right);
        }
        if (right.equals(base.path(SHAPE))) {
            return Optional.of(left);
        }
        Optional<Integer> axis = grownAxis(base, theirs);
        if (axis.isEmpty() || !axis.equals(grownAxis(base, ours))) {
            return Optional.empty();
        }
        boolean oursIsLonger =
                right.get(axis.get()).longValue() > left.get(axis.get()).longValue();
        return Optional.of(oursIsLonger ? right : left);
    }

    /** The one axis along which an array became longer, all others being as they were. */
    private static Optional<Integer> grownAxis(ObjectNode base, ObjectNode changed) {
        if (!(base.path(SHAPE) instanceof ArrayNode before)
                || !(changed.path(SHAPE) instanceof ArrayNode after)
                || before.size() != after.size()) {
            return Optional.empty();
        }
        Optional<Integer> grown = Optional.empty();
        for (int axis = 0; axis < before.size(); axis++) {
            long change = after.get(axis).longValue() - before.get(axis).longValue();
            if (change < 0 || (change > 0 && grown.isPresent())) {
                return Optional.empty();
            }
            grown = change > 0 ? Optional.of(axis) : grown;
        }
        return grown;
    }

    private static Set<String> differences(JsonNode left, JsonNode right) {
        Set<String> names = new LinkedHashSet<>();
        addNames(left, names);
        addNames(right, names);
        Set<String> different = new TreeSet<>();
        for (String name : names) {
            if (!left.path(name).equals(right.path(name))) {
                different.add(name);
            }
        }
        return different;
    }

    private static void addNames(JsonNode object, Set<String> names) {
        for (Iterator<String> fields = object.fieldNames(); fields.hasNext(); ) {
            names.add(fields.next());
        }
    }

    private static Optional<ObjectNode> parse(Bytes document) {
        try {
            return MAPPER.readTree(document.toByteArray()) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            // A document that cannot be read here is not compared; the caller takes it for different.
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read JSON from memory", e);
        }
    }

    private static byte[] write(ObjectNode document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Cannot write JSON to memory", e);
        }
    }
}
