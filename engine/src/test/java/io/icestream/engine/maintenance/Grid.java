package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An array {@code /grid} of small chunks, time by station, in the repository of {@link Care}. */
final class Grid {
    static final NodePath PATH = NodePath.of("/grid");
    static final int STATIONS = 3;
    static final int CHUNK_BYTES = 1000;

    final Care care;

    Grid(Care care) {
        this.care = care;
    }

    /** With chunks for so many times, committed one time after the other, as a stream would. */
    static Grid of(int times) {
        Grid grid = new Grid(new Care());
        WritableSession session = grid.care.repository.writableSession("main");
        session.createArray(PATH, metadata(times));
        session.commit(CommitRequest.of("grid")).orThrow();
        grid.append(0, times);
        return grid;
    }

    static ArrayMetadata metadata(long times) {
        return ArrayMetadata.builder(
                        DataType.UINT8, new long[] {times, (long) STATIONS * CHUNK_BYTES}, new long[] {1, CHUNK_BYTES})
                .dimensionNames("time", "station")
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build();
    }

    /** Commits chunks, a commit per time. */
    void append(int from, int to) {
        for (int time = from; time < to; time++) {
            WritableSession session = care.repository.writableSession("main");
            for (int station = 0; station < STATIONS; station++) {
                session.setChunk(PATH, ChunkIndex.of(time, station), payload(time, station, 0));
            }
            session.commit(CommitRequest.of("time " + time)).orThrow();
        }
    }

    void resize(long times) {
        WritableSession session = care.repository.writableSession("main");
        session.updateArray(PATH, metadata(times));
        session.commit(CommitRequest.of("resize")).orThrow();
    }

    static ByteBuffer payload(int time, int station, int revision) {
        byte[] bytes = new byte[CHUNK_BYTES];
        new Random(time * 31L + station + revision * 1_000_003L).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    SnapshotId tip() {
        return care.repository.findBranch("main").orElseThrow();
    }

    ChunkReference.Native reference(int time, int station) {
        return (ChunkReference.Native) session(care.repository)
                .findChunk(PATH, ChunkIndex.of(time, station))
                .orElseThrow();
    }

    static Session session(Repository repository) {
        return repository.readonlySession(Version.branch("main"));
    }

    /** Content of the array by chunk, read without a cache. */
    SortedMap<String, ByteBuffer> contents() {
        SortedMap<String, ByteBuffer> contents = new TreeMap<>();
        try (Repository fresh = care.reopened()) {
            Session session = session(fresh);
            session.chunkIndices(PATH)
                    .forEach(index -> contents.put(
                            index.toString(), session.readChunk(PATH, index).orElseThrow()));
        }
        return contents;
    }

    /** Does something in another process just before the first attempt to replace the repository object that follows. */
    AtomicInteger meanwhile(Runnable others) {
        AtomicInteger attempts = new AtomicInteger();
        care.storage.beforeEachCall(call -> {
            if (call.operation() == Operation.COPY_IF_MATCHES && attempts.getAndIncrement() == 0) {
                others.run();
            }
        });
        return attempts;
    }

    /** A change by another process. */
    void other(Consumer<WritableSession> change) {
        try (Repository other = care.reopened()) {
            WritableSession session = other.writableSession("main");
            change.accept(session);
            session.commit(CommitRequest.of("meanwhile")).orThrow();
        }
    }

    void isSound() {
        assertThat(new Verification(care.repository)
                        .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), Progress.NONE)
                        .findings())
                .isEmpty();
    }
}
