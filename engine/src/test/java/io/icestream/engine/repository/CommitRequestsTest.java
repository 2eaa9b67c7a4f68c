package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Verdict;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall;
import io.icestream.engine.testing.StorageCall.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests a commit makes, which of them at the same time, and which it spares. */
class CommitRequestsTest {
    private final TestRepository test = TestRepository.withArrays();

    /** Each of the four waits for the other three, so that they would fail if they came one after the other. */
    @Test
    void manifestLogSnapshotAndBackupAreWrittenAtTheSameTimeAndTheReplacementAfterThem() {
        WritableSession session = changed("x");
        CyclicBarrier together = new CyclicBarrier(4);
        AtomicInteger begun = new AtomicInteger();
        test.storage.beforeEachCall(call -> {
            if (call.operation() == Operation.PUT_IF_MATCHES) {
                assertThat(begun).hasValue(4);
            } else if (call.operation().isWrite()) {
                begun.incrementAndGet();
                await(together);
            }
        });
        long before = test.storage.calls();

        session.commit(CommitRequest.of("x")).orThrow();

        assertThat(callsSince(before).stream().map(StorageCall::operation))
                .containsExactlyInAnyOrder(
                        Operation.PUT,
                        Operation.PUT,
                        Operation.PUT,
                        Operation.COPY_IF_MATCHES,
                        Operation.PUT_IF_MATCHES);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("The writes did not come at the same time", e);
        }
    }

    @Test
    void anObjectThatCannotBeStoredKeepsTheCommitFromBeingPublishedAndIsStoredByTheNextAttempt() {
        for (String kind : List.of("manifests/", "transactions/", "snapshots/")) {
            WritableSession session = changed(kind);
            long before = test.storage.calls();
            test.storage.follow(FaultScript.once(
                    call -> call.operation() == Operation.PUT && call.key().startsWith(kind), Fault.FAIL_BEFORE));

            assertThatThrownBy(() -> session.commit(CommitRequest.of("x"))).isInstanceOf(StorageException.class);
            assertThat(writesSince(before)).noneMatch(call -> call.operation() == Operation.PUT_IF_MATCHES);
            session.commit(CommitRequest.of("x")).orThrow();

            long manifests = writesSince(before).stream()
                    .filter(call -> call.key().startsWith("manifests/"))
                    .count();
            assertThat(manifests)
                    .as("what was stored is not stored again")
                    .isLessThanOrEqualTo(kind.equals("manifests/") ? 2 : 1);
            assertThat(TestRepository.chunk(test.reopened().readonlySession(Version.branch("main")), A, 0))
                    .isEqualTo(kind);
        }
    }

    @Test
    void aRaceThatIsKnownToBeLostIsNotEnteredWithWrites() {
        WritableSession session = changed("x");
        test.commit(B, 1);
        long before = test.storage.calls();

        CommitOutcome outcome = session.commit(CommitRequest.of("x"));

        assertThat(outcome).isInstanceOf(CommitOutcome.Refused.class);
        assertThat(writesSince(before)).isEmpty();
    }

    @Test
    void chunksAreComparedByLogsAndOfManyCommitsOnlyTheLastSnapshotIsRead() {
        Repository other = test.reopened();
        WritableSession session = changed("x");
        for (int chunk = 0; chunk < 5; chunk++) {
            commitTo(other, chunk);
        }
        long before = test.storage.calls();

        session.commit(CommitRequest.of("x").solver(BasicConflictSolver.defaults()))
                .orThrow();

        assertThat(reads(before, AssetKeys.SNAPSHOTS)).hasSize(1);
        assertThat(reads(before, AssetKeys.TRANSACTION_LOGS)).hasSize(5);
    }

    /** Each of them would have to begin again many times, and write in vain, if they raced. */
    @Test
    void threadsOfOneProcessCommitOneAfterTheOtherAndLoseNoRace() {
        int threads = 4;
        int commits = 10;
        long before = test.storage.calls();

        IntStream.range(0, threads)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < commits; i++) {
                                WritableSession session = test.repository.writableSession("main");
                                session.attach(A, ChunkIndex.of(thread), TestRepository.inline("x" + i));
                                session.commit(CommitRequest.of("x").solver(BasicConflictSolver.defaults()))
                                        .orThrow();
                            }
                        },
                        task -> new Thread(task).start()))
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(writesSince(before).stream().filter(call -> call.operation() == Operation.PUT_IF_MATCHES))
                .hasSize(threads * commits);
        assertThat(writesSince(before).stream().filter(call -> call.operation() == Operation.COPY_IF_MATCHES))
                .hasSize(threads * commits);
    }

    /** What a commit does before it publishes may take minutes. */
    @Test
    void whoAsksQuestionsDoesNotHoldUpOtherCommits() {
        List<String> activities = Collections.synchronizedList(new ArrayList<>());
        Repository other = Repository.open(test.storage, test.options.withObserver(activity -> {
            activities.add(activity.name());
            return Observer.Span.NONE;
        }));
        WritableSession session = changed("x");
        AtomicInteger asked = new AtomicInteger();

        CommitOutcome.Committed committed = session.commit(CommitRequest.of("x")
                        .solver(BasicConflictSolver.defaults())
                        .precondition(base -> {
                            if (asked.getAndIncrement() == 0) {
                                CompletableFuture.runAsync(() -> commitTo(other, 1))
                                        .join();
                            }
                            return new Verdict.Proceed();
                        }))
                .orThrow();

        assertThat(activities).contains("publish").doesNotContain("wait");
        assertThat(committed.rebaseAttempts()).isEqualTo(1);
    }

    @Test
    void aPreconditionMayCommitToTheSameBranch() {
        WritableSession session = changed("x");
        AtomicInteger asked = new AtomicInteger();

        CommitOutcome.Committed committed = session.commit(CommitRequest.of("x")
                        .solver(BasicConflictSolver.defaults())
                        .precondition(base -> {
                            if (asked.getAndIncrement() == 0) {
                                commitTo(test.repository, 1);
                            }
                            return new Verdict.Proceed();
                        }))
                .orThrow();

        assertThat(committed.rebaseAttempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "100, 8"})
    void whileOthersCommitInEveryPauseALoserWaitsButNotForEver(int commitsOfOthers, int pausesExpected) {
        Repository other = test.reopened();
        AtomicInteger pauses = new AtomicInteger();
        Repository ours = Repository.open(test.storage, test.options.withWaiter(pause -> {
            if (pauses.incrementAndGet() <= commitsOfOthers) {
                commitTo(other, 1);
            }
        }));
        WritableSession session = ours.writableSession("main");
        session.attach(A, ChunkIndex.of(0), TestRepository.inline("x"));
        commitTo(other, 1);

        CommitOutcome.Committed committed = session.commit(CommitRequest.of("x").solver(BasicConflictSolver.defaults()))
                .orThrow();

        assertThat(committed.rebaseAttempts()).isEqualTo(1);
        assertThat(pauses).hasValue(pausesExpected);
    }

    private WritableSession changed(String text) {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), TestRepository.inline(text));
        return session;
    }

    private static void commitTo(Repository repository, int chunk) {
        WritableSession session = repository.writableSession("main");
        session.attach(B, ChunkIndex.of(chunk), TestRepository.inline("theirs"));
        session.commit(CommitRequest.of("theirs")).orThrow();
    }

    private List<StorageCall> callsSince(long number) {
        return test.storage.journal().stream()
                .filter(call -> call.number() > number)
                .toList();
    }

    private List<StorageCall> writesSince(long number) {
        return callsSince(number).stream()
                .filter(call -> call.operation().isWrite())
                .toList();
    }

    private List<StorageCall> reads(long number, String prefix) {
        return callsSince(number).stream()
                .filter(call -> !call.operation().isWrite() && call.key().startsWith(prefix))
                .toList();
    }
}
