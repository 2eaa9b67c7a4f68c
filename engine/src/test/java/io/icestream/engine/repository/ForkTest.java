package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.chunk;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.conflict.ConflictKind;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.testing.ChildJvm;
import io.icestream.engine.zarr.GroupMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that is split off, done elsewhere, and merged. */
class ForkTest {
    private static final NodePath NEW = NodePath.of("/new");
    private static final ConflictSolver DETECTOR = new ConflictDetector();

    private final TestRepository test = TestRepository.withArrays();
    private final WritableSession session = test.session();

    private Bytes work(Bytes fork, Consumer<WritableSession> change) {
        try (Repository elsewhere = test.reopened()) {
            ForkedSession forked = elsewhere.openFork(fork);
            change.accept(forked.session());
            return forked.changes();
        }
    }

    private static Consumer<WritableSession> set(NodePath array, int chunk, String content) {
        return forked -> forked.attach(array, ChunkIndex.of(chunk), inline(content));
    }

    private void commit() {
        session.commit(CommitRequest.of("merged")).orThrow();
    }

    @Test
    void forksSeeWhatWasChangedBeforeAndTheirWorkComesTogetherInOneCommit() {
        session.createArray(NEW, TestRepository.array(10));
        session.attach(A, ChunkIndex.of(0), inline("before"));
        Bytes one = session.fork();
        Bytes two = session.fork();
        session.attach(B, ChunkIndex.of(5), inline("meanwhile"));

        Bytes first = work(one, forked -> {
            assertThat(chunk(forked, A, 0)).isEqualTo("before");
            assertThat(chunk(forked, B, 5)).isEqualTo("absent");
            forked.setChunk(NEW, ChunkIndex.of(1), ByteBuffer.allocate(1000));
            forked.attach(A, ChunkIndex.of(1), inline("one"));
            forked.createGroup(NodePath.of("/g"), GroupMetadata.empty());
        });
        Bytes second = work(two, forked -> {
            forked.attach(NEW, ChunkIndex.of(2), inline("two"));
            forked.deleteChunk(A, ChunkIndex.of(0));
            forked.delete(B);
        });

        assertThat(session.merge(first, DETECTOR)).isEmpty();
        assertThat(session.merge(second, DETECTOR))
                .as("the session wrote a chunk of what the fork deletes")
                .containsExactly(Conflict.of(ConflictKind.DELETE_OF_UPDATED_ARRAY, B));
        assertThat(session.merge(work(two, set(NEW, 2, "two")), DETECTOR)).isEmpty();
        SnapshotId before = test.tipId();
        commit();

        assertThat(test.repository.findSnapshot(test.tipId()).orElseThrow().parent())
                .contains(before);
        assertThat(test.tip().readChunk(NEW, ChunkIndex.of(1)).orElseThrow().remaining())
                .isEqualTo(1000);
        assertThat(chunk(test.tip(), NEW, 2)).isEqualTo("two");
        assertThat(chunk(test.tip(), A, 1)).isEqualTo("one");
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("before");
        assertThat(chunk(test.tip(), B, 5)).isEqualTo("meanwhile");
        assertThat(test.tip().findNode(NodePath.of("/g"))).isPresent();
        assertThat(test.repository.operations()).as("forks leave no trace").hasSize(3);
    }

    @Test
    void conflictsBetweenForksAreFound() {
        Bytes one = work(session.fork(), set(A, 0, "one").andThen(set(A, 1, "one")));
        Bytes two = work(session.fork(), set(A, 0, "two").andThen(set(A, 2, "two")));
        Bytes resized = work(session.fork(), forked -> forked.updateArray(A, TestRepository.array(20)));
        Bytes group = work(session.fork(), forked -> forked.createGroup(NEW, GroupMetadata.empty()));
        Bytes array = work(session.fork(), forked -> forked.createArray(NEW, TestRepository.array(1)));
        Bytes deleting = work(session.fork(), forked -> forked.delete(A));

        assertThat(session.merge(one, DETECTOR)).isEmpty();
        assertThat(session.merge(two, DETECTOR)).containsExactly(Conflict.ofChunks(A, List.of(ChunkIndex.of(0))));
        assertThat(chunk(session, A, 2)).as("nothing of it was taken over").isEqualTo("absent");
        assertThat(session.merge(deleting, DETECTOR))
                .containsExactly(Conflict.of(ConflictKind.DELETE_OF_UPDATED_ARRAY, A));
        assertThat(session.merge(resized, DETECTOR)).isEmpty();
        assertThat(session.merge(group, DETECTOR)).isEmpty();
        assertThat(session.merge(array, DETECTOR))
                .containsExactly(Conflict.of(ConflictKind.NEW_NODE_CONFLICTS_WITH_EXISTING_NODE, NEW));
        assertThat(session.merge(work(session.fork(), set(A, 15, "late")), DETECTOR))
                .isEmpty();

        assertThat(session.merge(two, BasicConflictSolver.defaults()))
                .as("the array was resized since")
                .extracting(Conflict::kind)
                .contains(ConflictKind.CHUNKS_UPDATED_IN_UPDATED_ARRAY);
        commit();
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("one");
        assertThat(chunk(test.tip(), A, 15)).isEqualTo("late");
    }

    @Test
    void theLastOneWinsIfTheSolverSaysSo() {
        Bytes one = work(session.fork(), set(A, 0, "one"));
        Bytes two = work(session.fork(), set(A, 0, "two"));
        assertThat(session.merge(one, DETECTOR)).isEmpty();
        assertThat(session.merge(two, BasicConflictSolver.defaults())).isEmpty();
        commit();
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("two");
    }

    @Test
    void aForkOfNothingIsRefusedElsewhereAndOnlyMergedOnce() {
        Bytes fork = session.fork();
        Bytes changes = work(fork, set(A, 0, "x"));
        session.merge(changes, DETECTOR);
        assertThatThrownBy(() -> session.merge(changes, DETECTOR)).hasMessageContaining("merge each fork once");

        session.attach(A, ChunkIndex.of(3), inline("later"));
        Bytes second = work(session.fork(), set(A, 4, "x"));
        assertThatThrownBy(() -> test.session().merge(second, DETECTOR))
                .hasMessageContaining("it was forked from another session");
        test.repository.transact("main", CommitRequest.of("faster"), set(B, 0, "x"));
        assertThat(session.rebase(DETECTOR)).isEmpty();
        assertThatThrownBy(() -> session.merge(second, DETECTOR)).hasMessageContaining("before a rebase; fork again");
        session.discardChanges();
        assertThatThrownBy(() -> session.merge(second, DETECTOR)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aForkCommitsNothing() {
        WritableSession forked = test.repository.openFork(session.fork()).session();
        forked.attach(A, ChunkIndex.of(0), inline("x"));
        assertThatThrownBy(() -> forked.commit(CommitRequest.of("x")))
                .hasMessageContaining("Cannot commit a fork of a session on branch 'main'; send its changes back");
        assertThatThrownBy(() -> forked.flush(CommitRequest.of("x"))).hasMessageContaining("Cannot flush a fork");
        assertThatThrownBy(forked::fork).hasMessageContaining("Cannot fork a fork");
    }

    @Test
    void damagedBytesAreRefused() {
        Bytes ticket = session.fork();
        Bytes changes = work(ticket, set(A, 0, "x").andThen(forked -> forked.delete(B)));
        for (Bytes whole : List.of(ticket, changes)) {
            for (int cut = 0; cut < whole.size(); cut++) {
                byte[] flipped = whole.toByteArray();
                flipped[cut] ^= 0x10;
                refuses(Bytes.wrap(flipped));
                refuses(Bytes.wrap(java.util.Arrays.copyOf(flipped, cut)));
            }
        }
        assertThatThrownBy(() -> session.merge(ticket, DETECTOR))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("kind");
        assertThat(session.hasChanges()).isFalse();
    }

    private void refuses(Bytes damaged) {
        assertThatThrownBy(() -> session.merge(damaged, DETECTOR)).isInstanceOf(IcestreamException.class);
        assertThatThrownBy(() -> test.repository.openFork(damaged)).isInstanceOf(IcestreamException.class);
    }

    /** Two other processes write chunks of a new array; this one commits once. */
    @Test
    void processesWorkOnOneCommit(@TempDir Path folder) throws Exception {
        try (LocalStorage storage = LocalStorage.open(folder.resolve("repository"), Durability.PROCESS);
                Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession shared = repository.writableSession("main");
            shared.createArray(A, TestRepository.array(20));
            for (int i = 0; i < 2; i++) {
                Files.write(folder.resolve("ticket" + i), shared.fork().toByteArray());
            }
            try (ChildJvm one = ChildJvm.start(ForkTest.class, folder.toString(), "0");
                    ChildJvm two = ChildJvm.start(ForkTest.class, folder.toString(), "1")) {
                one.awaitExit(Duration.ofSeconds(60));
                two.awaitExit(Duration.ofSeconds(60));
            }
            for (int i = 0; i < 2; i++) {
                Bytes changes = Bytes.wrap(Files.readAllBytes(folder.resolve("changes" + i)));
                assertThat(shared.merge(changes, DETECTOR)).isEmpty();
            }
            shared.commit(CommitRequest.of("together")).orThrow();
            assertThat(repository.readonlySession(Version.branch("main")).chunkIndices(A))
                    .hasSize(20);
        }
    }

    /**
     * Writes half of the chunks through a fork.
     *
     * @param arguments folder and number of the ticket
     * @throws IOException if the files cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int part = Integer.parseInt(arguments[1]);
        try (LocalStorage storage = LocalStorage.open(folder.resolve("repository"), Durability.PROCESS);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            ForkedSession fork = repository.openFork(Bytes.wrap(Files.readAllBytes(folder.resolve("ticket" + part))));
            for (int i = part; i < 20; i += 2) {
                byte[] content = "x".repeat(600 + i).getBytes(StandardCharsets.UTF_8);
                fork.session().setChunk(A, ChunkIndex.of(i), ByteBuffer.wrap(content));
            }
            Files.write(folder.resolve("changes" + part), fork.changes().toByteArray());
        }
    }
}
