package io.icestream.engine.session;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.ZarrException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What every session says about nodes: the right errors, and metadata that is parsed once. Thread-safe. */
final class NodeView {
    private final Map<NodeId, Parsed> parsed = new ConcurrentHashMap<>();

    private record Parsed(Bytes json, ArrayMetadata metadata) {}

    static NodeData.Array arrayData(Node node) {
        return (NodeData.Array) node.data();
    }

    /** The array at a path, or the reason why there is none. */
    static Node requireArray(Optional<Node> node, NodePath path, SnapshotId snapshot) {
        if (node.isEmpty() || !(node.get().data() instanceof NodeData.Array)) {
            throw missing("array", node, path, snapshot);
        }
        return node.get();
    }

    /** The group at a path, or the reason why there is none. */
    static Node requireGroup(Optional<Node> node, NodePath path, SnapshotId snapshot) {
        if (node.isEmpty() || !(node.get().data() instanceof NodeData.Group)) {
            throw missing("group", node, path, snapshot);
        }
        return node.get();
    }

    private static NotFoundException missing(String wanted, Optional<Node> node, NodePath path, SnapshotId snapshot) {
        String found = node.isEmpty() ? "there is no node" : "it is not one";
        return new NotFoundException(
                "No " + wanted + " at " + path + " in a session on snapshot " + snapshot + ": " + found);
    }

    static void checkRank(Node array, ChunkIndex chunk) {
        int rank = arrayData(array).shape().size();
        if (chunk.rank() != rank) {
            throw new IllegalArgumentException("Invalid chunk index [" + chunk + "] for array " + array.path()
                    + ": it has " + chunk.rank() + " entries, the array has " + rank + " dimensions");
        }
    }

    ArrayMetadata arrayMetadata(Node array) {
        Parsed known = parsed.get(array.id());
        if (known == null || !known.json().equals(array.userData())) {
            known = new Parsed(
                    array.userData(), ArrayMetadata.parse(array.userData().toByteArray()));
            parsed.put(array.id(), known);
        }
        return known.metadata();
    }

    /** Whether metadata says the same as what an array has, be it in other bytes. */
    boolean isSame(Node array, ArrayMetadata metadata) {
        try {
            return arrayMetadata(array).equals(metadata);
        } catch (ZarrException e) {
            // What cannot be read here is certainly not what was given.
            return false;
        }
    }

    /** Whether metadata says the same as what a group has, be it in other bytes. */
    static boolean isSame(Node group, GroupMetadata metadata) {
        try {
            return groupMetadata(group).equals(metadata);
        } catch (ZarrException e) {
            // What cannot be read here is certainly not what was given.
            return false;
        }
    }

    static GroupMetadata groupMetadata(Node group) {
        return GroupMetadata.parse(group.userData().toByteArray());
    }
}
