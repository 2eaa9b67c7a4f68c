package io.icestream.engine.format;

/**
 * A group or an array in a snapshot.
 *
 * @param id stays with the node for its life
 * @param path where the node is
 * @param userData the exact bytes of its {@code zarr.json}
 * @param data what the snapshot adds to that
 */
public record Node(NodeId id, NodePath path, Bytes userData, NodeData data) {
    /** Whether this is a group or an array. */
    public NodeKind kind() {
        return data.kind();
    }
}
