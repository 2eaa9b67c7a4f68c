package io.icestream.engine.session;

import io.icestream.engine.conflict.NodeLookup;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A committed snapshot, as those who look for conflicts see it; read when they ask the first question. For one thread. */
final class SnapshotLookup implements NodeLookup {
    private final Supplier<SnapshotReader> source;
    private @Nullable SnapshotReader reader;

    SnapshotLookup(Supplier<SnapshotReader> source) {
        this.source = source;
    }

    SnapshotReader reader() {
        if (reader == null) {
            reader = source.get();
        }
        return reader;
    }

    @Override
    public Optional<Node> find(NodePath path) {
        return reader().snapshot().find(path);
    }

    @Override
    public List<Node> nodes() {
        return reader().snapshot().nodes();
    }

    @Override
    public Optional<ChunkReference> findChunk(Node array, ChunkIndex chunk) {
        return reader().findChunk(array.id(), NodeView.arrayData(array), chunk);
    }
}
