package io.icestream.engine.maintenance;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/**
 * Works on an array of five million small chunks, in manifests of fifty thousand: references are real, the chunk objects are
 * not kept, every one reads as zeros.
 */
final class ManyReferences {
    private static final NodePath ARRAY = NodePath.of("/big");
    private static final int ROWS = 50_000;
    private static final int COLUMNS = 100;
    private static final int CHUNK_BYTES = 1000;

    private ManyReferences() {}

    /**
     * Runs.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Storage storage = withoutChunks(new InMemoryStorage("many", InstantSource.system()));
        Stopwatch watch = new Stopwatch("5,000,000 references");
        make(storage, watch);
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            read(repository);
            watch.print("opened, counted, 10,000 looked up");
            WritableSession session = repository.writableSession("main");
            session.attach(ARRAY, ChunkIndex.of(123, 45), reference(new Random(1)));
            session.commit(CommitRequest.of("one")).orThrow();
            watch.print("one chunk committed");
            CompactionReport report =
                    new Compaction(repository).run(CompactRequest.of("main").withMaxChunks(990_000), Progress.NONE);
            System.out.println("compacted: " + report.total().chunks() + " chunks of "
                    + report.total().objectsBefore() + " objects into "
                    + report.total().objectsAfter());
            watch.print("a million chunks compacted");
        }
        try (Repository repository = Repository.open(storage, options(5_000))) {
            RewriteReport report = new ManifestRewrite(repository).run(RewriteRequest.of("main"), Progress.NONE);
            System.out.println("laid out: " + report.references() + " references of "
                    + report.before().objects() + " manifests in "
                    + report.after().objects());
            watch.print("laid out anew");
        }
    }

    private static RepositoryOptions options(int rowsPerManifest) {
        SplitRule split = new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), rowsPerManifest)));
        return RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withSplitRules(List.of(split)));
    }

    private static void make(Storage storage, Stopwatch watch) {
        Random random = new Random(20261122);
        try (Repository repository = Repository.create(storage, options(500))) {
            WritableSession array = repository.writableSession("main");
            array.createArray(
                    ARRAY,
                    ArrayMetadata.builder(DataType.UINT8, new long[] {ROWS, (long) COLUMNS * CHUNK_BYTES}, new long[] {
                                1, CHUNK_BYTES
                            })
                            .codecs(CodecChain.uncompressed(DataType.UINT8))
                            .build());
            array.commit(CommitRequest.of("array")).orThrow();
            for (int from = 0; from < ROWS; from += ROWS / 10) {
                WritableSession session = repository.writableSession("main");
                for (int row = from; row < from + ROWS / 10; row++) {
                    for (int column = 0; column < COLUMNS; column++) {
                        session.attach(ARRAY, ChunkIndex.of(row, column), reference(random));
                    }
                }
                session.commit(CommitRequest.of("rows from " + from)).orThrow();
            }
        }
        watch.print("committed half a million at a time");
    }

    private static ChunkReference reference(Random random) {
        return new ChunkReference.Native(ChunkId.random(random), 0, CHUNK_BYTES);
    }

    private static void read(Repository repository) {
        System.out.println("references: "
                + repository.manifestFiles(Version.branch("main")).stream()
                        .mapToLong(ManifestFile::chunkReferences)
                        .sum());
        Session session = repository.readonlySession(Version.branch("main"));
        for (int row = 0; row < ROWS; row += 5) {
            ChunkIndex chunk = ChunkIndex.of(row, row % COLUMNS);
            if (session.findChunk(ARRAY, chunk).isEmpty()) {
                throw new IllegalStateException("No chunk " + chunk);
            }
        }
    }

    /** Keeps no chunk objects: all of them are zeros. */
    @SuppressWarnings("NullAway") // a proxy's handler has null for no arguments and no result
    private static Storage withoutChunks(Storage storage) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof String key && key.startsWith(AssetKeys.CHUNKS)) {
                        if (method.getName().equals("fetchRange")) {
                            return ByteBuffer.allocate(Math.toIntExact((Long) arguments[2]));
                        }
                        if (method.getName().equals("put")) {
                            return null;
                        }
                    }
                    return call(storage, method, arguments);
                });
    }

    @SuppressWarnings("NullAway") // as above
    private static Object call(Storage storage, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(storage, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
