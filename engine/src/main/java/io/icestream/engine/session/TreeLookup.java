package io.icestream.engine.session;

import io.icestream.engine.conflict.NodeLookup;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import java.util.List;
import java.util.Optional;

/** A session with its changes, as those who look for conflicts see it. */
record TreeLookup(WorkingTree tree) implements NodeLookup {
    @Override
    public Optional<Node> find(NodePath path) {
        return tree.find(path);
    }

    @Override
    public List<Node> nodes() {
        return tree.nodes();
    }

    @Override
    public Optional<ChunkReference> findChunk(Node array, ChunkIndex chunk) {
        return tree.findChunk(array, chunk);
    }
}
