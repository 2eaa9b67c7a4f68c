package io.icestream.engine.conflict;

import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import java.util.List;
import java.util.Optional;

/** The tree of nodes of one snapshot, as far as conflicts need it. */
public interface NodeLookup {
    /**
     * Finds a node.
     *
     * @param path where it should be
     * @return the node, or empty if there is none
     */
    Optional<Node> find(NodePath path);

    /**
     * @return all nodes
     */
    List<Node> nodes();

    /**
     * Looks into a snapshot.
     *
     * @param snapshot the snapshot
     * @return its nodes
     */
    static NodeLookup of(Snapshot snapshot) {
        return new NodeLookup() {
            @Override
            public Optional<Node> find(NodePath path) {
                return snapshot.find(path);
            }

            @Override
            public List<Node> nodes() {
                return snapshot.nodes();
            }
        };
    }
}
