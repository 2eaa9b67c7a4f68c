package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A repository in memory with an array {@code /a} of ten large chunks, and a clock that tests move; waits take no time. */
final class Care {
    static final NodePath A = NodePath.of("/a");
    static final int CHUNK_BYTES = 1000;

    final Clock clock = new Clock();
    final FaultInjectingStorage storage = new FaultInjectingStorage(new InMemoryStorage("care", clock));
    final RepositoryOptions options = RepositoryOptions.defaults()
            .withClock(clock)
            .withRandom(new Random(20261122))
            .withWaiter(duration -> {})
            .withParallelism(2);
    final Repository repository;

    /** Time that goes on by a millisecond and a bit at each look, and can be moved. */
    static final class Clock implements InstantSource {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T00:00:00Z"));

        @Override
        public Instant instant() {
            return now.updateAndGet(time -> time.plusNanos(1_001_000));
        }

        void move(Duration by) {
            now.updateAndGet(time -> time.plus(by));
        }
    }

    Care() {
        this(SpecVersion.DEFAULT);
    }

    Care(SpecVersion version) {
        repository = Repository.create(storage, options, version);
        WritableSession session = repository.writableSession("main");
        session.createGroup(NodePath.ROOT, GroupMetadata.empty());
        session.createArray(
                A,
                ArrayMetadata.builder(DataType.UINT8, new long[] {10L * CHUNK_BYTES}, new long[] {CHUNK_BYTES})
                        .codecs(CodecChain.uncompressed(DataType.UINT8))
                        .build());
        session.commit(CommitRequest.of("array")).orThrow();
    }

    /** Writes chunks anew and commits, an hour later. */
    SnapshotId commit(String branch, String message, int... chunks) {
        clock.move(Duration.ofHours(1));
        WritableSession session = repository.writableSession(branch);
        for (int chunk : chunks) {
            session.setChunk(A, ChunkIndex.of(chunk), payload(message.hashCode() + chunk));
        }
        return session.commit(CommitRequest.of(message)).orThrow().id();
    }

    SnapshotId commit(String message, int... chunks) {
        return commit("main", message, chunks);
    }

    static ByteBuffer payload(int seed) {
        byte[] bytes = new byte[CHUNK_BYTES];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    Instant now() {
        return clock.instant();
    }

    Repository reopened() {
        return Repository.open(storage, options);
    }

    List<String> messages(SnapshotId tip) {
        return repository.history(tip).map(entry -> entry.message()).toList();
    }

    long count(ObjectKind kind) {
        return summaries(kind.prefix()).size();
    }

    List<ObjectSummary> summaries(String prefix) {
        try (Stream<ObjectSummary> objects = storage.list(prefix)) {
            return objects.toList();
        }
    }

    /** Content of every ref; fails if anything that is listed cannot be read whole. */
    static Map<String, Integer> readEverything(Repository repository) {
        Map<String, Integer> contents = new TreeMap<>();
        repository.info().snapshots().ids().forEach(id -> hash(repository, id));
        repository.branches().forEach((name, id) -> contents.put("branch " + name, hash(repository, id)));
        repository.tags().forEach((name, id) -> contents.put("tag " + name, hash(repository, id)));
        if (repository.specVersion() == SpecVersion.V2) {
            assertThat(repository.operations()).isNotEmpty();
        }
        return contents;
    }

    private static int hash(Repository repository, SnapshotId id) {
        Session session = repository.readonlySession(Version.snapshot(id));
        int hash = 1;
        for (var node : session.nodes()) {
            if (node.kind() == NodeKind.ARRAY) {
                for (ChunkIndex chunk : session.chunkIndices(node.path()).toList()) {
                    hash = 31 * hash
                            + session.readChunk(node.path(), chunk)
                                    .orElseThrow()
                                    .hashCode();
                }
            }
        }
        return hash;
    }
}
