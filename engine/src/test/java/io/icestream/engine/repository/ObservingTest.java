package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.observe.Meters;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.observe.ThrowingObserver;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.Fault;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an observer is told of a repository: its commits, what they are made of, and every call of the storage. */
class ObservingTest {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final Meters meters = new Meters(() -> 0);
    private final TestRepository test = TestRepository.withArrays();
    private final Repository observed =
            Repository.open(test.storage, test.options.withObserver(Observer.all(meters, activity -> {
                if (activity.name().startsWith("storage.")) {
                    return Observer.Span.NONE;
                }
                told.add("begin " + activity.name() + " " + activity.subject());
                return ending -> told.add("end " + activity.name() + " " + ending.outcome() + " " + ending.amounts());
            })));

    @AfterEach
    void close() {
        observed.close();
    }

    private WritableSession session(int chunk) {
        WritableSession session = observed.writableSession("main");
        session.attach(A, ChunkIndex.of(chunk), inline("x"));
        return session;
    }

    @Test
    void aCommitIsToldWithItsPhases() {
        session(0).commit(CommitRequest.of("x")).orThrow();

        assertThat(told)
                .containsExactly(
                        "begin commit main",
                        "begin flush main",
                        "end flush done {}",
                        "begin publish main",
                        "end publish published {}",
                        "end commit committed {rebases=0}");
    }

    @Test
    void aLostRaceIsToldWithItsPauseAndRebase() {
        WritableSession session = session(0);
        test.commit(B, 1);

        session.commit(CommitRequest.of("x").solver(BasicConflictSolver.defaults()))
                .orThrow();

        assertThat(told)
                .containsSubsequence(
                        "begin commit main",
                        "end publish moved {}",
                        "begin wait main",
                        "end wait done {}",
                        "begin rebase main",
                        "end rebase done {}",
                        "begin flush main",
                        "end publish published {}",
                        "end commit committed {rebases=1}");
    }

    @Test
    void refusalsRepetitionsAndUnknownOutcomesAreToldApart() {
        WritableSession loser = session(0);
        test.commit(A, 0);
        loser.commit(CommitRequest.of("x"));
        session(1).amend(AmendRequest.of("amended"));
        WritableSession session = session(2);
        test.silence(Fault.LOSE_REPLY);
        assertThat(session.commitDetached(CommitRequest.of("x"))).isInstanceOf(CommitOutcome.Unknown.class);
        test.storage.restart();
        session.commitDetached(CommitRequest.of("x")).orThrow();

        assertThat(told.stream()
                        .filter(line -> line.startsWith("end commit") || line.startsWith("end amend"))
                        .toList())
                .containsExactly(
                        "end commit refused {}",
                        "end amend committed {rebases=0}",
                        "end commit-detached unknown {}",
                        "end commit-detached repeated {rebases=0}");
    }

    /** With this, attempts, and bytes and requests by kind of object, are known of every store. */
    @Test
    void everyCallOfTheStorageIsCountedByKindOfObject() {
        long calls = test.storage.calls();
        WritableSession session = observed.writableSession("main");
        session.setChunk(A, ChunkIndex.of(0), ByteBuffer.allocate(1000));
        session.commit(CommitRequest.of("x")).orThrow();

        Map<Meters.Series, Meters.Meter> read = meters.read();
        assertThat(meter(read, "storage.put", "chunk").amounts()).containsEntry("bytes-written", 1000L);
        for (String kind : List.of("snapshot", "manifest", "transaction-log")) {
            assertThat(meter(read, "storage.put", kind).count()).as(kind).isOne();
        }
        assertThat(meter(read, "storage.copy-if-matches", "backup").count()).isOne();
        assertThat(meter(read, "storage.put-if-matches", "repository").amounts().get("bytes-written"))
                .isPositive();
        long counted = read.entrySet().stream()
                .filter(entry -> entry.getKey().name().startsWith("storage."))
                .mapToLong(entry -> entry.getValue().count())
                .sum();
        long whileOpening = 1;
        assertThat(counted).isEqualTo(test.storage.calls() - calls + whileOpening);
    }

    private static Meters.Meter meter(Map<Meters.Series, Meters.Meter> read, String name, String kind) {
        Meters.Meter meter = read.get(new Meters.Series(name, new TreeMap<>(Map.of("kind", kind)), "done"));
        assertThat(meter).as(name + " of a " + kind).isNotNull();
        return Objects.requireNonNull(meter);
    }

    /** Commits in each of their endings, the pause and the rebase after a lost race, an amended commit, and reads. */
    @Test
    void anObserverThatThrowsChangesNoCommitAndNoRead() {
        List<String> expected = scenes(Observer.NONE);
        assertThat(expected).contains("first Committed 0", "loser Refused", "rebased Committed 1", "lost Unknown");
        for (ThrowingObserver throwing : ThrowingObserver.everywhere()) {
            assertThat(scenes(throwing)).as(throwing.toString()).isEqualTo(expected);
            assertThat(throwing.thrown()).as(throwing.toString()).isGreaterThan(50);
        }
    }

    private static List<String> scenes(Observer observer) {
        TestRepository behind = TestRepository.withArrays();
        List<String> seen = new ArrayList<>();
        try (Repository repository = Repository.open(behind.storage, behind.options.withObserver(observer))) {
            WritableSession loser = session(repository, 0, "loser");
            WritableSession rebased = session(repository, 1, "rebased");
            seen.add("first " + ending(session(repository, 0, "first").commit(CommitRequest.of("first"))));
            seen.add("loser " + ending(loser.commit(CommitRequest.of("loser"))));
            seen.add("rebased " + ending(rebased.commit(TestRepository.rebasing("rebased"))));
            seen.add("amended " + ending(session(repository, 2, "amended").amend(AmendRequest.of("amended"))));
            WritableSession lost = session(repository, 3, "lost");
            behind.silence(Fault.LOSE_REPLY);
            seen.add("lost " + ending(lost.commit(CommitRequest.of("lost"))));
            behind.storage.restart();
            Session tip = repository.readonlySession(Version.branch("main"));
            for (int chunk = 0; chunk < 5; chunk++) {
                seen.add(TestRepository.chunk(tip, A, chunk));
            }
            repository.history(tip.snapshotId()).forEach(entry -> seen.add(entry.message()));
        }
        return seen;
    }

    private static WritableSession session(Repository repository, int chunk, String text) {
        WritableSession session = repository.writableSession("main");
        session.attach(A, ChunkIndex.of(chunk), inline(text));
        return session;
    }

    private static String ending(CommitOutcome outcome) {
        String kind = outcome.getClass().getSimpleName();
        return outcome instanceof CommitOutcome.Committed committed ? kind + " " + committed.rebaseAttempts() : kind;
    }

    @Test
    void openingTheRepositoryOnceMoreWithoutObserverTellsNothing() {
        try (Repository again = observed.reopen(test.options)) {
            long before = meters.read().values().stream()
                    .mapToLong(Meters.Meter::count)
                    .sum();
            assertThat(again.history(test.tipId())).hasSize(2);
            assertThat(meters.read().values().stream()
                            .mapToLong(Meters.Meter::count)
                            .sum())
                    .isEqualTo(before);
        }
    }
}
