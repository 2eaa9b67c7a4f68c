package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A million references in one array, split along the first axis: they go in, single chunks are changed afterwards, and
 * each such commit writes one small manifest.
 */
class MillionReferencesTest {
    private static final NodePath ARRAY = NodePath.of("/big");
    private static final int ROWS = 10_000;
    private static final int COLUMNS = 100;
    private static final int ROWS_PER_MANIFEST = 100;

    @Test
    void areCommittedAndChangedOneByOne() {
        FaultInjectingStorage storage = new FaultInjectingStorage(new InMemoryStorage("big", InstantSource.system()));
        SplitRule split = new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), ROWS_PER_MANIFEST)));
        RepositoryOptions options =
                RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withSplitRules(List.of(split)));
        try (Repository repository = Repository.create(storage, options)) {
            attachAll(repository);
            ReadonlySession session = repository.readonlySession(Version.branch("main"));
            assertThat(session.snapshot().manifestFiles().stream()
                            .mapToLong(ManifestFile::chunkReferences)
                            .sum())
                    .isEqualTo(ROWS * COLUMNS);
            assertThat(session.snapshot().manifestFiles()).hasSize(ROWS / ROWS_PER_MANIFEST);
            assertThat(session.findChunk(ARRAY, ChunkIndex.of(7777, 77))).hasValue(reference(7777, 77));

            changeSome(repository, storage);
        }
    }

    private static void attachAll(Repository repository) {
        WritableSession session = repository.writableSession("main");
        session.createArray(
                ARRAY,
                ArrayMetadata.builder(DataType.UINT8, new long[] {ROWS, COLUMNS}, new long[] {1, 1})
                        .codecs(CodecChain.uncompressed(DataType.UINT8))
                        .build());
        long start = System.nanoTime();
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                session.attach(ARRAY, ChunkIndex.of(row, column), reference(row, column));
            }
        }
        long attached = System.nanoTime();
        session.commit(CommitRequest.of("a million")).orThrow();
        System.out.println("a million references: attached in " + millis(attached - start) + " ms, committed in "
                + millis(System.nanoTime() - attached) + " ms");
    }

    private static ChunkReference reference(int row, int column) {
        return new ChunkReference.Native(new ChunkId(row * 7919L, column), row, 1 + column);
    }

    private static void changeSome(Repository repository, FaultInjectingStorage storage) {
        Random random = new Random(1);
        long start = System.nanoTime();
        int commits = 20;
        for (int commit = 0; commit < commits; commit++) {
            long before = storage.calls(Operation.PUT);
            WritableSession session = repository.writableSession("main");
            ChunkIndex chunk = ChunkIndex.of(random.nextInt(ROWS), random.nextInt(COLUMNS));
            session.attach(ARRAY, chunk, reference(1, commit));
            session.commit(CommitRequest.of("one")).orThrow();
            assertThat(storage.calls(Operation.PUT) - before)
                    .as("one manifest, snapshot, log")
                    .isEqualTo(3);
            assertThat(repository.readonlySession(Version.branch("main")).findChunk(ARRAY, chunk))
                    .hasValue(reference(1, commit));
        }
        System.out.println(
                "one chunk of a million: " + millis((System.nanoTime() - start) / commits) + " ms per commit");
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
