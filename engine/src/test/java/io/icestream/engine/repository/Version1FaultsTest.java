package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Conditional writes of branches and tags in version 1 whose reply never comes, and races: found out where the branch's history
 * tells, called unknown where it does not, and nothing happens twice.
 */
class Version1FaultsTest {
    private final TestRepository test = TestRepository.withArrays(RepositoryOptions.defaults(), SpecVersion.V1);

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSE_REPLY", "LOSE_REQUEST", "LAND_LATE"})
    void oneLostMessageDoesNotHurt(Fault fault) {
        WritableSession session = session("x");
        test.once(Operation.PUT_IF_MATCHES, fault);

        SnapshotId id = session.commit(CommitRequest.of("x")).orThrow().id();
        test.storage.landLateWrites();

        assertThat(test.tipId()).isEqualTo(id);
        assertThat(messages()).containsExactly("x", "arrays", "Repository initialized");
    }

    @Test
    void aLostReplyIsFoundInTheHistoryOfWhoCommittedSince() {
        WritableSession session = session("x");
        test.once(Operation.PUT_IF_MATCHES, Fault.LOSE_REPLY);
        test.afterThe(Operation.PUT_IF_MATCHES, () -> test.commit(B, 1));

        session.commit(CommitRequest.of("x")).orThrow();

        assertThat(messages()).containsExactly("chunks of /b", "x", "arrays", "Repository initialized");
    }

    /** Whether ours was there for a moment and was reset away, nothing says; asking again finds that it is not there. */
    @Test
    void aLostRequestIsUnknownIfSomebodyElseHasCommittedSinceAndThenSettled() {
        WritableSession session = session("x");
        test.once(Operation.PUT_IF_MATCHES, Fault.LOSE_REQUEST);
        test.afterThe(Operation.PUT_IF_MATCHES, () -> test.commit(B, 1));
        CommitRequest request = CommitRequest.of("x").solver(BasicConflictSolver.defaults());

        assertThat(session.commit(request)).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(session.commit(request).orThrow().rebaseAttempts()).isEqualTo(1);

        assertThat(messages()).containsExactly("x", "chunks of /b", "arrays", "Repository initialized");
    }

    @Test
    void withoutAnyAnswerTheOutcomeIsUnknownAndCommittingAgainFindsOut() {
        for (boolean landed : List.of(true, false)) {
            WritableSession session = session("x " + landed);
            SnapshotId planned = session.plannedSnapshotId();
            test.silence(landed ? Fault.LOSE_REPLY : Fault.LOSE_REQUEST);

            assertThat(session.commit(CommitRequest.of("x " + landed))).isInstanceOf(CommitOutcome.Unknown.class);
            test.storage.restart();
            assertThat(messages().contains("x " + landed)).isEqualTo(landed);
            assertThat(session.commit(CommitRequest.of("x " + landed)).orThrow().id())
                    .isEqualTo(planned);
            assertThat(messages().stream().filter(("x " + landed)::equals)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSE_REPLY", "LOSE_REQUEST"})
    void branchesAndTagsOutliveALostMessage(Fault fault) {
        SnapshotId tip = test.tipId();
        test.once(Operation.PUT_IF_ABSENT, fault);
        test.repository.createBranch("b", tip);
        test.once(Operation.PUT_IF_ABSENT, fault);
        assertThat(test.repository.createTag("t", tip)).isInstanceOf(TagOutcome.Created.class);
        test.once(Operation.PUT_IF_MATCHES, fault);
        test.repository.resetBranch("b", SnapshotId.INITIAL);
        test.once(Operation.PUT_IF_ABSENT, fault);
        test.repository.deleteTag("t");

        assertThat(test.repository.findBranch("b")).hasValue(SnapshotId.INITIAL);
        assertThat(test.repository.createTag("t", tip)).isInstanceOf(TagOutcome.Burnt.class);
    }

    @Test
    void aResetThatSomebodyElseOvertookIsUnknown() {
        SnapshotId tip = test.tipId();
        test.once(Operation.PUT_IF_MATCHES, Fault.LOSE_REQUEST);
        test.afterThe(Operation.PUT_IF_MATCHES, () -> test.commit(B, 1));

        assertThatThrownBy(() -> test.repository.resetBranch("main", SnapshotId.INITIAL, tip))
                .isInstanceOf(UpdateUnknownException.class)
                .hasMessageContaining("reset branch 'main'");
    }

    @Test
    void theConfigurationOutlivesALostMessage() {
        for (Operation operation : List.of(Operation.PUT_IF_ABSENT, Operation.PUT_IF_MATCHES)) {
            for (Fault fault : List.of(Fault.LOSE_REPLY, Fault.LOSE_REQUEST)) {
                test.once(operation, fault);
                test.repository.saveConfig();
                assertThat(test.repository.settings().storedConfig()).hasValue(test.repository.config());
            }
        }
    }

    @Test
    void manyWritersLoseNothing() throws Exception {
        FaultInjectingStorage storage =
                new FaultInjectingStorage(new InMemoryStorage("race", new TestRepository.Clock()));
        Repository.create(storage, RepositoryOptions.defaults(), SpecVersion.V1).close();
        int writers = 4;
        int commits = 8;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Callable<Boolean>> work = IntStream.range(0, writers)
                    .<Callable<Boolean>>mapToObj(writer -> () -> write(storage, writer, commits))
                    .toList();
            for (Future<Boolean> done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(repository.history(repository.findBranch("main").orElseThrow()))
                    .hasSize(writers * commits + 1);
        }
    }

    private static boolean write(FaultInjectingStorage storage, int writer, int commits) {
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            for (int i = 0; i < commits; i++) {
                WritableSession session = repository.writableSession("main");
                session.createGroup(NodePath.of("/w" + writer + "-" + i), GroupMetadata.empty());
                session.commit(CommitRequest.of("w" + writer + "-" + i).solver(BasicConflictSolver.defaults()))
                        .orThrow();
            }
        }
        return true;
    }

    private WritableSession session(String text) {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), inline(text));
        return session;
    }

    private List<String> messages() {
        return test.repository.history(test.tipId()).map(SnapshotEntry::message).toList();
    }
}
