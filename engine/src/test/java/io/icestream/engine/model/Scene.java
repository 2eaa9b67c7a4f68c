package io.icestream.engine.model;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.virtual.LocalFileAccess;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A repository in memory with something of everything in it, ten days old, in which a call can be made and go wrong. Every
 * storage call is made by the calling thread, so that the same call makes the same storage calls in the same order in every
 * scene of a kind.
 */
final class Scene {
    static final NodePath A = NodePath.of("/a");
    static final NodePath B = NodePath.of("/b");
    static final NodePath G = NodePath.of("/g");
    static final NodePath C = NodePath.of("/g/c");
    static final int INLINE_BYTES = 8;

    final VirtualClock clock;
    final FaultInjectingStorage storage;
    final RepositoryOptions options;

    private Optional<Repository> repository = Optional.empty();

    private Scene(InMemoryStorage objects, VirtualClock clock) {
        this.clock = clock;
        this.storage = new FaultInjectingStorage(objects);
        this.options = RepositoryOptions.defaults()
                .withConfig(RepositoryConfig.DEFAULT
                        .withInlineChunkThresholdBytes(INLINE_BYTES)
                        .withVirtualChunkContainer(OutsideFile.container()))
                .withVirtualAccess(OutsideFile.prefix(), new LocalFileAccess())
                .withClock(clock)
                .withRandom(new Random(clock.last().toEpochMilli()))
                .withWaiter(duration -> {})
                .withParallelism(1);
    }

    /** Without a repository. */
    static Scene blank() {
        VirtualClock clock = new VirtualClock();
        return new Scene(new InMemoryStorage("blank", clock), clock);
    }

    /** With a repository as {@link #fill} makes it; later ones are copies of the first. */
    static Scene prepared() {
        VirtualClock clock = new VirtualClock();
        InMemoryStorage objects = new InMemoryStorage("prepared", clock);
        try (Stream<ObjectSummary> all = Original.OBJECTS.list("")) {
            all.forEach(summary -> {
                clock.set(summary.lastModified().minusMillis(1));
                objects.put(
                        summary.key(),
                        Original.OBJECTS.find(summary.key()).orElseThrow().bytes());
            });
        }
        clock.set(Original.TIME);
        return new Scene(objects, clock);
    }

    /** The first scene, made once. */
    private static final class Original {
        static final InMemoryStorage OBJECTS;
        static final Instant TIME;

        static {
            VirtualClock clock = new VirtualClock();
            OBJECTS = new InMemoryStorage("original", clock);
            Scene scene = new Scene(OBJECTS, clock);
            scene.fill();
            TIME = clock.last();
        }

        private Original() {}
    }

    private void fill() {
        try (Repository filled = Repository.create(storage, options)) {
            repository = Optional.of(filled);
            edit("main", "nodes", session -> {
                session.createGroup(NodePath.ROOT, GroupMetadata.empty());
                session.createGroup(G, GroupMetadata.empty());
                session.createArray(A, array(10));
                session.createArray(B, array(10));
                session.createArray(C, array(4, 4));
            });
            edit("main", "one", session -> {
                session.setChunk(A, ChunkIndex.of(0), bytes("small"));
                session.setChunk(B, ChunkIndex.of(0), bytes("one that is large"));
            });
            filled.createTag("t", tip());
            edit("main", "two", session -> session.setChunk(B, ChunkIndex.of(1), bytes("another large one")));
            filled.createBranch("side", tip());
            filled.createBranch("doomed", tip());
            edit("side", "aside", session -> session.setChunk(C, ChunkIndex.of(1, 1), bytes("large, on the side")));
            edit("doomed", "garbage", session -> session.setChunk(C, ChunkIndex.of(2, 2), bytes("large, and garbage")));
            filled.deleteBranch("doomed");
            filled.createTag("gone", tip());
            filled.deleteTag("gone");
            WritableSession unpublished = filled.writableSession("main");
            unpublished.setChunk(A, ChunkIndex.of(9), bytes("never published"));
            unpublished.flush(CommitRequest.of("never published"));
            edit("main", "three", session -> session.setChunk(A, ChunkIndex.of(1), bytes("small 1")));
            clock.advance(Duration.ofDays(10));
        }
        repository = Optional.empty();
    }

    private void edit(String branch, String message, Consumer<WritableSession> change) {
        clock.advance(Duration.ofHours(1));
        repository().transact(branch, CommitRequest.of(message), change);
    }

    /** The repository as the process uses it in which calls go wrong; opened when it is first asked for. */
    Repository repository() {
        if (repository.isEmpty()) {
            repository = Optional.of(Repository.open(storage, options));
        }
        return repository.get();
    }

    /** What another process finds, after all faults are over; closed by its caller. */
    Repository reopened() {
        return Repository.open(storage, options.withRandom(new Random(storage.calls())));
    }

    /** The process is a new one: faults are over, and what it knew is forgotten. */
    void restart() {
        storage.restart();
        repository.ifPresent(Repository::close);
        repository = Optional.empty();
    }

    boolean hasRepository() {
        return Repository.exists(storage);
    }

    SnapshotId tip() {
        return repository().findBranch("main").orElseThrow();
    }

    /** The n-th snapshot before the tip of {@code main}. */
    SnapshotId ancestor(int n) {
        return repository().history(tip()).skip(n).findFirst().orElseThrow().id();
    }

    WritableSession session() {
        return repository().writableSession("main");
    }

    /** Commits something on {@code main} that nothing else in a scene touches. */
    void otherCommit() {
        try (Repository other = reopened()) {
            other.transact(
                    "main",
                    CommitRequest.of("other"),
                    session -> session.setChunk(C, ChunkIndex.of(3, 3), bytes("large, of somebody else")));
        }
    }

    static ArrayMetadata array(long... shape) {
        long[] chunks = new long[shape.length];
        Arrays.fill(chunks, 1);
        return ArrayMetadata.builder(DataType.UINT8, shape, chunks)
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static ChunkReference inline(String text) {
        return new ChunkReference.Inline(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
