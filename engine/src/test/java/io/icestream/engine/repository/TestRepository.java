package io.icestream.engine.repository;

import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A repository in memory whose calls are counted and can fail, with a clock that tests set, seeded chance, and waits
 * that take no time.
 */
final class TestRepository {
    static final NodePath A = NodePath.of("/a");
    static final NodePath B = NodePath.of("/b");
    static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

    final FaultInjectingStorage storage;
    final Clock clock;
    final RepositoryOptions options;
    final Repository repository;

    /** Time that goes on by a millisecond at each look, and can be set. */
    static final class Clock implements InstantSource {
        private final AtomicReference<Instant> now = new AtomicReference<>(START);

        @Override
        public Instant instant() {
            return now.updateAndGet(time -> time.plusMillis(1));
        }

        void move(Duration by) {
            now.updateAndGet(time -> time.plus(by));
        }
    }

    private TestRepository(Storage storage, Clock clock, RepositoryOptions options, SpecVersion version) {
        this.storage = new FaultInjectingStorage(storage);
        this.clock = clock;
        this.options = options;
        this.repository = Repository.create(this.storage, options, version);
    }

    static TestRepository empty() {
        return empty(RepositoryOptions.defaults());
    }

    static TestRepository empty(RepositoryOptions base) {
        return empty(base, SpecVersion.DEFAULT);
    }

    static TestRepository empty(RepositoryOptions base, SpecVersion version) {
        Clock clock = new Clock();
        RepositoryOptions options = base.withClock(clock)
                .withRandom(new Random(20261121))
                .withWaiter(duration -> {})
                .withParallelism(4);
        return new TestRepository(new InMemoryStorage("test", clock), clock, options, version);
    }

    /** With the root group and the arrays {@code /a} and {@code /b} of ten chunks each, none of them stored. */
    static TestRepository withArrays() {
        return withArrays(RepositoryOptions.defaults());
    }

    static TestRepository withArrays(RepositoryOptions base) {
        return withArrays(base, SpecVersion.DEFAULT);
    }

    static TestRepository withArrays(RepositoryOptions base, SpecVersion version) {
        TestRepository test = empty(base, version);
        WritableSession session = test.session();
        session.createGroup(NodePath.ROOT, GroupMetadata.empty());
        session.createArray(A, array(10));
        session.createArray(B, array(10));
        session.commit(CommitRequest.of("arrays")).orThrow();
        return test;
    }

    /** Another process that uses the same storage. */
    Repository reopened() {
        return Repository.open(storage, options);
    }

    WritableSession session() {
        return repository.writableSession("main");
    }

    Session tip() {
        return repository.readonlySession(Version.branch("main"));
    }

    SnapshotId tipId() {
        return repository.findBranch("main").orElseThrow();
    }

    /** Sets chunks of an array in a session of its own and commits. */
    SnapshotId commit(NodePath array, int... chunks) {
        WritableSession session = session();
        for (int chunk : chunks) {
            session.attach(array, ChunkIndex.of(chunk), inline(array + " " + chunk));
        }
        return session.commit(CommitRequest.of("chunks of " + array)).orThrow().id();
    }

    /** The next call of a kind goes wrong. */
    void once(Operation operation, Fault fault) {
        storage.follow(FaultScript.once(call -> call.operation() == operation, fault));
    }

    /** No conditional replacement is answered, and nothing can be read back afterwards. */
    void silence(Fault fault) {
        long already = storage.calls(Operation.PUT_IF_MATCHES);
        storage.follow(call -> {
            if (call.operation() == Operation.PUT_IF_MATCHES) {
                return fault;
            }
            boolean after = storage.calls(Operation.PUT_IF_MATCHES) > already;
            boolean reads = call.operation() == Operation.FIND_IF_CHANGED || call.operation() == Operation.FIND;
            return after && reads ? Fault.FAIL_BEFORE : Fault.NONE;
        });
    }

    /** Runs something between the first call of a kind and the one after it. */
    void afterThe(Operation operation, Runnable action) {
        boolean[] seen = new boolean[2];
        storage.beforeEachCall(call -> {
            if (seen[0] && !seen[1]) {
                seen[1] = true;
                action.run();
            }
            seen[0] |= call.operation() == operation;
        });
    }

    /** An array of so many one byte elements, each a chunk of its own. */
    static ArrayMetadata array(long length) {
        return ArrayMetadata.builder(DataType.UINT8, new long[] {length}, new long[] {1})
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build();
    }

    static CommitRequest rebasing(String message) {
        return CommitRequest.of(message).solver(new ConflictDetector());
    }

    static ChunkReference inline(String text) {
        return new ChunkReference.Inline(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String text(Optional<ByteBuffer> chunk) {
        return chunk.map(bytes -> StandardCharsets.UTF_8.decode(bytes).toString())
                .orElse("absent");
    }

    static String chunk(Session session, NodePath array, int index) {
        return text(session.readChunk(array, ChunkIndex.of(index)));
    }
}
