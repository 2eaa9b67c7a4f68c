package io.icestream.ingest.commit;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.window.ChunkSink;
import java.util.List;

/** Stores finished chunks in a repository, encoded as the layout says. Safe for use by several threads. */
public final class RepositoryChunks implements ChunkSink {
    private final Repository repository;
    private final List<ArrayLayout> variables;

    /**
     * @param repository where to; not closed by this
     * @param settings the data set
     */
    public RepositoryChunks(Repository repository, DatasetSettings settings) {
        this.repository = repository;
        DatasetLayout layout = new DatasetLayout(settings);
        this.variables = settings.variables().stream()
                .map(variable -> layout.variable(variable.name()))
                .toList();
    }

    @Override
    public NodePath array(int variable) {
        return variables.get(variable).path();
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.icestream.engine.storage.StorageException if the storage does not work
     */
    @Override
    public ChunkReference store(int variable, NdArray values) {
        return repository.putChunk(variables.get(variable).initial().encodeChunk(values));
    }
}
