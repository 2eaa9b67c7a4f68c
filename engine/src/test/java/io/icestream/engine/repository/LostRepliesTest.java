package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.chunk;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.CommitUnknownException;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Conditional writes whose reply never comes: the outcome is found out where it can be, and called unknown where it
 * cannot. Nothing happens twice.
 */
class LostRepliesTest {
    private final TestRepository test = TestRepository.withArrays();

    @ParameterizedTest
    @CsvSource({
        "COPY_IF_MATCHES, LOSE_REPLY",
        "COPY_IF_MATCHES, LOSE_REQUEST",
        "PUT_IF_MATCHES, LOSE_REPLY",
        "PUT_IF_MATCHES, LOSE_REQUEST"
    })
    void oneLostMessageDoesNotHurt(Operation operation, Fault fault) {
        WritableSession session = session("x");
        test.once(operation, fault);

        SnapshotId id = session.commit(CommitRequest.of("x")).orThrow().id();

        assertThat(messages()).containsExactly("x", "arrays", "Repository initialized");
        assertThat(test.tipId()).isEqualTo(id);
        assertThat(test.repository.operations()).hasSize(3);
    }

    @Test
    void aLostReplyIsFoundThoughSomebodyElseHasCommittedSince() {
        WritableSession session = session("x");
        test.once(Operation.PUT_IF_MATCHES, Fault.LOSE_REPLY);
        test.afterThe(Operation.PUT_IF_MATCHES, () -> test.commit(B, 1));

        SnapshotId id = session.commit(CommitRequest.of("x")).orThrow().id();

        assertThat(messages()).containsExactly("chunks of /b", "x", "arrays", "Repository initialized");
        assertThat(test.repository.history(test.tipId()).map(SnapshotEntry::id)).contains(id);
    }

    @Test
    void aLostRequestIsARaceLostIfSomebodyElseHasCommittedSince() {
        WritableSession session = session("x");
        test.once(Operation.PUT_IF_MATCHES, Fault.LOSE_REQUEST);
        test.afterThe(Operation.PUT_IF_MATCHES, () -> test.commit(B, 1));

        CommitOutcome.Committed committed = session.commit(CommitRequest.of("x").solver(BasicConflictSolver.defaults()))
                .orThrow();

        assertThat(committed.rebaseAttempts()).isEqualTo(1);
        assertThat(messages()).containsExactly("x", "chunks of /b", "arrays", "Repository initialized");
    }

    @Test
    void aWriteThatArrivesLateDoesNotHappenTwice() {
        WritableSession session = session("x");
        test.once(Operation.PUT_IF_MATCHES, Fault.LAND_LATE);

        session.commit(CommitRequest.of("x")).orThrow();
        test.storage.landLateWrites();

        assertThat(messages()).containsExactly("x", "arrays", "Repository initialized");
        test.commit(B, 1);
        assertThat(messages()).containsExactly("chunks of /b", "x", "arrays", "Repository initialized");
    }

    @Test
    void withoutAnyAnswerTheOutcomeIsUnknownAndCommittingAgainFindsOut() {
        for (boolean landed : List.of(true, false)) {
            WritableSession session = session("x " + landed);
            SnapshotId planned = session.plannedSnapshotId();
            test.silence(landed ? Fault.LOSE_REPLY : Fault.LOSE_REQUEST);

            CommitOutcome outcome = session.commit(CommitRequest.of("x " + landed));

            assertThat(outcome).isInstanceOf(CommitOutcome.Unknown.class);
            assertThat(((CommitOutcome.Unknown) outcome).id()).isEqualTo(planned);
            assertThatThrownBy(outcome::orThrow)
                    .isInstanceOf(CommitUnknownException.class)
                    .hasMessageContaining(planned.toString());

            test.storage.restart();
            assertThat(messages().contains("x " + landed)).isEqualTo(landed);
            assertThat(session.commit(CommitRequest.of("x " + landed)).orThrow().id())
                    .isEqualTo(planned);
            assertThat(messages().stream().filter(("x " + landed)::equals)).hasSize(1);
        }
    }

    /** That a later try fails for certain does not tell what became of the first. */
    @Test
    void aFailureAfterALostReplyLeavesTheOutcomeUnknown() {
        WritableSession session = session("x");
        failAfterLosing(Operation.PUT_IF_MATCHES);

        CommitOutcome outcome = session.commit(CommitRequest.of("x"));

        assertThat(outcome).isInstanceOf(CommitOutcome.Unknown.class);
        test.storage.restart();
        assertThat(messages()).contains("x");
        assertThat(session.commit(CommitRequest.of("x")).orThrow().repeated()).isTrue();
    }

    @Test
    void aCreationWithoutAnswerThatCannotBeLookedAtIsUnknown() {
        FaultInjectingStorage storage = new FaultInjectingStorage(new InMemoryStorage("new", test.clock));
        failAfterLosing(storage, Operation.PUT_IF_ABSENT);

        assertThatThrownBy(() -> Repository.create(storage, test.options)).isInstanceOf(UpdateUnknownException.class);

        storage.restart();
        assertThat(Repository.exists(storage)).isTrue();
    }

    @Test
    void aCommitWithoutAnswerIsFoundByItsKeyInAnotherProcess() {
        WritableSession session = session("x");
        test.silence(Fault.LOSE_REPLY);
        CommitOutcome unknown = session.commit(CommitRequest.of("x").idempotencyKey("k"));
        assertThat(unknown).isInstanceOf(CommitOutcome.Unknown.class);
        test.storage.restart();

        try (Repository restarted = test.reopened()) {
            WritableSession again = restarted.writableSession("main");
            again.attach(A, ChunkIndex.of(0), inline("again"));
            CommitOutcome.Committed repeated =
                    again.commit(CommitRequest.of("x").idempotencyKey("k")).orThrow();
            assertThat(repeated.repeated()).isTrue();
            assertThat(repeated.id()).isEqualTo(((CommitOutcome.Unknown) unknown).id());
        }
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("x");
    }

    @Test
    void publishingIsUnknownTooAndCanBeRepeated() {
        WritableSession session = session("x");
        FlushedSnapshot flushed = session.flush(CommitRequest.of("x"));
        test.silence(Fault.LOSE_REPLY);
        assertThat(test.repository.publish("main", flushed)).isInstanceOf(PublishOutcome.Unknown.class);
        test.storage.restart();
        assertThat(test.repository.publish("main", flushed)).isEqualTo(new PublishOutcome.Published(flushed.id()));
        assertThat(messages()).containsExactly("x", "arrays", "Repository initialized");
    }

    @Test
    void tagsAndBranchesSayThatTheyDoNotKnow() {
        SnapshotId tip = test.tipId();
        test.once(Operation.PUT_IF_MATCHES, Fault.LOSE_REPLY);
        assertThat(test.repository.createTag("t", tip)).isEqualTo(new TagOutcome.Created());

        test.silence(Fault.LOSE_REPLY);
        assertThatThrownBy(() -> test.repository.createBranch("b", tip))
                .isInstanceOf(UpdateUnknownException.class)
                .hasMessageContaining("create branch 'b'");
        test.storage.restart();
        assertThat(test.repository.branches()).containsKey("b");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSE_REPLY", "LOSE_REQUEST"})
    void theCreationOfARepositorySaysWhatItKnows(Fault fault) {
        FaultInjectingStorage storage = new FaultInjectingStorage(new InMemoryStorage("new", test.clock));
        storage.follow(FaultScript.once(call -> call.operation() == Operation.PUT_IF_ABSENT, fault));
        if (fault == Fault.LOSE_REPLY) {
            Repository.create(storage, test.options).close();
        } else {
            assertThatThrownBy(() -> Repository.create(storage, test.options))
                    .isInstanceOf(UpdateUnknownException.class)
                    .hasMessageContaining("creation of a repository at memory:new");
        }
        Repository.openOrCreate(storage, test.options).close();
    }

    @Test
    void aSessionThatDoesNotKnowWhatBecameOfItsCommitMustFindOutFirst() {
        WritableSession session = session("x");
        test.silence(Fault.LOSE_REPLY);
        assertThat(session.commit(CommitRequest.of("x"))).isInstanceOf(CommitOutcome.Unknown.class);
        test.storage.restart();

        assertThatThrownBy(() -> session.rebase(BasicConflictSolver.defaults()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("commit again to find out");
        assertThatThrownBy(() -> session.flush(CommitRequest.of("x"))).isInstanceOf(IllegalStateException.class);
        assertThat(session.commit(CommitRequest.of("x")).orThrow().repeated()).isTrue();
    }

    @Test
    void aDiskThatFillsUpFailsTheCommitForCertainAndItSucceedsLater() {
        for (int call = 1; call <= 6; call++) {
            WritableSession session = session("full " + call);
            test.storage.fillDiskAt(call);
            try {
                session.commit(CommitRequest.of("full " + call)).orThrow();
            } catch (StorageException e) {
                test.storage.restart();
                assertThat(messages()).doesNotContain("full " + call);
                session.commit(CommitRequest.of("full " + call)).orThrow();
            }
            test.storage.restart();
            assertThat(messages().get(0)).isEqualTo("full " + call);
        }
    }

    private WritableSession session(String content) {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), inline(content));
        return session;
    }

    private List<String> messages() {
        return test.repository.history(test.tipId()).map(SnapshotEntry::message).toList();
    }

    private void failAfterLosing(Operation operation) {
        failAfterLosing(test.storage, operation);
    }

    /** The reply to the next call of a kind is lost, and every call after it fails. */
    private static void failAfterLosing(FaultInjectingStorage storage, Operation operation) {
        boolean[] lost = new boolean[1];
        storage.follow(call -> {
            boolean before = lost[0];
            lost[0] |= call.operation() == operation;
            return before ? Fault.FAIL_BEFORE : lost[0] ? Fault.LOSE_REPLY : Fault.NONE;
        });
    }
}
