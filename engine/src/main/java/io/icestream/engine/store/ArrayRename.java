package io.icestream.engine.store;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.zarr.ArrayMetadata;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Renames arrays of one group, through names in between where a new name is still taken. */
final class ArrayRename {
    private static final String IN_BETWEEN = ".renaming";

    private final RearrangeSession session;
    private final NodePath group;
    private final Map<String, String> names;

    ArrayRename(RearrangeSession session, NodePath group, Map<String, String> names) {
        this.session = session;
        this.group = group;
        this.names = new TreeMap<>(names);
        this.names.entrySet().removeIf(name -> name.getKey().equals(name.getValue()));
    }

    void run() {
        names.forEach(this::check);
        if (new HashSet<>(names.values()).size() < names.size()) {
            throw new IllegalArgumentException("Cannot rename " + names + ": two would have one name");
        }
        names.keySet().stream()
                .filter(names::containsValue)
                .forEach(from -> session.move(path(from), path(from + IN_BETWEEN)));
        names.forEach((from, to) -> session.move(path(names.containsValue(from) ? from + IN_BETWEEN : from), path(to)));
    }

    private NodePath path(String name) {
        return group.resolve(name);
    }

    private void check(String from, String to) {
        ArrayMetadata array = session.arrayMetadata(path(from));
        if (!path(to).parent().equals(Optional.of(group))) {
            throw new IllegalArgumentException("Cannot rename '" + from + "' to '" + to + "': a name has no '/'");
        }
        if (array.rank() > 1 && array.dimensionNames().contains(Optional.of(to))) {
            throw new IllegalArgumentException("Cannot rename array '" + from + "' to '" + to
                    + "': that is the name of one of its " + array.rank() + " dimensions");
        }
        if (!names.containsKey(to) && session.findNode(path(to)).isPresent()) {
            throw new IllegalArgumentException("Cannot rename '" + from + "' to '" + to + "': there is such a node");
        }
    }
}
