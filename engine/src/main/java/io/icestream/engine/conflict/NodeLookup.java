package io.icestream.engine.conflict;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
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
     * Finds a chunk. Cost: one request if its manifest is not cached.
     *
     * @param array an array of this tree
     * @param chunk the chunk
     * @return where it is stored, or empty if it is absent
     */
    Optional<ChunkReference> findChunk(Node array, ChunkIndex chunk);
}
