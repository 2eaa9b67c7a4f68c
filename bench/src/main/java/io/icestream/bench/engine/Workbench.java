package io.icestream.bench.engine;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.file.Path;

/**
 * Where workloads put their repositories.
 *
 * @param folder a folder for all of them
 * @param durability what a write waits for
 */
record Workbench(Path folder, Durability durability) {
    static final String MAIN = "main";

    /** A repository in a folder of its own, closed with its storage. */
    record Place(Path folder, Storage storage, Repository repository) implements AutoCloseable {
        WritableSession session() {
            return repository.writableSession(MAIN);
        }

        @Override
        public void close() {
            repository.close();
            storage.close();
        }
    }

    /** A folder in this one. */
    Workbench below(String name) {
        return new Workbench(folder.resolve(name), durability);
    }

    /** Creates a repository in a folder where there is none. */
    Place create(String name, RepositoryConfig config) {
        Path place = folder.resolve(name);
        Storage storage = LocalStorage.open(place, durability);
        return new Place(
                place,
                storage,
                Repository.create(storage, RepositoryOptions.defaults().withConfig(config)));
    }

    Place create(String name) {
        return create(name, RepositoryConfig.DEFAULT);
    }

    /** Opens a repository anew: with empty caches. */
    Place open(Place written) {
        Storage storage = LocalStorage.open(written.folder(), durability);
        return new Place(written.folder(), storage, Repository.open(storage, RepositoryOptions.defaults()));
    }

    /** Begins a session with a root group. */
    static WritableSession begin(Repository repository) {
        WritableSession session = repository.writableSession(MAIN);
        ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
        return session;
    }

    /** An array of doubles without compression, as the reference script makes them. */
    static ArrayMetadata doubles(long[] shape, long[] chunkShape) {
        return ArrayMetadata.builder(DataType.FLOAT64, shape, chunkShape)
                .codecs(CodecChain.uncompressed(DataType.FLOAT64))
                .build();
    }

    static NodePath path(String name) {
        return NodePath.ROOT.resolve(name);
    }
}
