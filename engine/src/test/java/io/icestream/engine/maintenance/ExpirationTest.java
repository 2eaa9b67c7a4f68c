package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall.Operation;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What expiration takes out of the histories, what it keeps, and how it goes about a repository that changes meanwhile. */
class ExpirationTest {
    private final Care care = new Care();
    private final SnapshotId a = care.commit("a", 0);
    private final SnapshotId b = care.commit("b", 1);
    private final SnapshotId c = care.commit("c", 2);
    private final SnapshotId d = care.commit("d", 3);

    private ExpirationReport run(ExpireRequest request) {
        return new Expiration(care.repository).run(request);
    }

    private Instant timeOf(SnapshotId id) {
        return care.repository.info().snapshots().find(id).orElseThrow().flushedAt();
    }

    private List<SnapshotId> pruned(SnapshotId id) {
        return care.repository.info().snapshots().find(id).orElseThrow().prunedAncestorLogs();
    }

    @Test
    void keptSnapshotsGoBelowTheFirstOneAndRememberTheLogsOldestFirst() {
        ExpirationReport report = run(ExpireRequest.olderThan(timeOf(c)));

        assertThat(care.messages(d)).containsExactly("d", "c", "Repository initialized");
        SnapshotId array = report.released().stream()
                .filter(id -> !List.of(a, b).contains(id))
                .findFirst()
                .orElseThrow();
        assertThat(report.released()).containsExactlyInAnyOrder(array, a, b);
        assertThat(pruned(c)).containsExactly(array, a, b);
        assertThat(report.adopted()).isEqualTo(1);
        assertThat(report.kept()).isEqualTo(3);
    }

    @Test
    void aSecondRunAppendsToWhatTheFirstRemembered() {
        run(ExpireRequest.olderThan(timeOf(b)));
        List<SnapshotId> first = pruned(b);
        run(ExpireRequest.olderThan(timeOf(d)));

        assertThat(pruned(d)).startsWith(first.toArray(SnapshotId[]::new)).endsWith(b, c);
        assertThat(care.messages(d)).containsExactly("d", "Repository initialized");
    }

    @Test
    void tipsOfRefsStayUnlessRefsAreToGo() {
        care.repository.createTag("t", b);
        care.repository.createBranch("side", c);
        Instant later = care.now();

        ExpirationReport kept = run(ExpireRequest.olderThan(later));
        assertThat(kept.released()).doesNotContain(b, c, d);
        assertThat(care.messages(c)).containsExactly("c", "b", "Repository initialized");
        assertThat(care.messages(b)).containsExactly("b", "Repository initialized");

        ExpirationReport gone = run(
                ExpireRequest.olderThan(later).withBranches(ExpiredRefs.DELETE).withTags(ExpiredRefs.DELETE));
        assertThat(gone.branches()).containsOnlyKeys("side");
        assertThat(gone.tags()).containsOnlyKeys("t");
        assertThat(gone.released()).containsExactlyInAnyOrder(b, c);
        assertThat(care.repository.createTag("t", d)).isInstanceOf(TagOutcome.Burnt.class);
        assertThat(care.repository.branches()).containsOnlyKeys("main");
    }

    @Test
    void historiesMayGoOnThroughKeptSnapshots() {
        care.repository.createTag("t", b);

        run(ExpireRequest.olderThan(care.now()).withAdoption(Adoption.BY_NEAREST_KEPT));

        assertThat(care.messages(d)).containsExactly("d", "b", "Repository initialized");
        assertThat(pruned(d)).containsExactly(c);
    }

    @Test
    void aDryRunSaysTheSameAndChangesNothing() {
        RepositoryInfo before = care.repository.info();
        ExpireRequest request = ExpireRequest.olderThan(timeOf(d));

        ExpirationReport dry = run(request.withMode(RunMode.DRY_RUN));

        assertThat(care.repository.info()).isEqualTo(before);
        ExpirationReport wet = run(request);
        assertThat(wet.released()).isEqualTo(dry.released());
        assertThat(wet.kept()).isEqualTo(dry.kept());
    }

    /** It never expires, so what is on it does not either, as in the reference. */
    @Test
    void refsOnTheFirstSnapshotStayThoughExpiredOnesGo() {
        care.repository.createTag("first", SnapshotId.INITIAL);
        care.repository.createBranch("first", SnapshotId.INITIAL);
        care.repository.createTag("old", b);

        ExpirationReport report = run(ExpireRequest.olderThan(care.now())
                .withBranches(ExpireRequest.ExpiredRefs.DELETE)
                .withTags(ExpireRequest.ExpiredRefs.DELETE));

        assertThat(report.tags()).containsOnlyKeys("old");
        assertThat(care.repository.tags()).containsOnlyKeys("first");
        assertThat(care.repository.branches()).containsKey("first");
    }

    @Test
    void writesNothingWhereNothingExpired() {
        long calls = care.storage.calls(Operation.PUT_IF_MATCHES);

        assertThat(run(ExpireRequest.olderThan(Instant.EPOCH)).isEmpty()).isTrue();

        assertThat(care.storage.calls(Operation.PUT_IF_MATCHES)).isEqualTo(calls);
    }

    @Test
    void isComputedAnewIfSomebodyWasFaster() {
        boolean[] done = new boolean[1];
        care.storage.beforeEachCall(call -> {
            if (call.operation() == Operation.PUT_IF_MATCHES && !done[0]) {
                done[0] = true;
                care.reopened().createTag("late", b);
            }
        });

        ExpirationReport report = run(ExpireRequest.olderThan(care.now()));

        assertThat(done[0]).isTrue();
        assertThat(report.released()).contains(c).doesNotContain(b);
        assertThat(care.messages(b)).containsExactly("b", "Repository initialized");
    }

    @Test
    void aProcessThatDiesAnywhereLeavesTheHistoryAsItWasOrAsItIsToBe() {
        Instant cutoff = timeOf(d);
        List<String> before = care.messages(d);
        long callsBefore = care.storage.calls();
        run(ExpireRequest.olderThan(cutoff));
        long calls = care.storage.calls() - callsBefore;
        assertThat(calls).isGreaterThanOrEqualTo(2);
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (long call = 1; call <= calls; call++) {
                ExpirationTest test = new ExpirationTest();
                test.care.storage.crashAt(call, fault);
                assertThatThrownBy(() -> test.run(ExpireRequest.olderThan(cutoff)))
                        .isInstanceOf(SimulatedCrash.class);
                test.care.storage.restart();
                try (Repository reopened = test.care.reopened()) {
                    Care.readEverything(reopened);
                    assertThat(test.care.messages(test.d)).isIn(before, List.of("d", "Repository initialized"));
                    new Expiration(reopened).run(ExpireRequest.olderThan(cutoff));
                    assertThat(test.care.messages(test.d)).containsExactly("d", "Repository initialized");
                }
            }
        }
    }

    @Test
    void failsWithoutEffectIfTheStorageDoes() {
        RepositoryInfo before = care.repository.info();
        care.storage.follow(
                FaultScript.always(call -> call.operation() == Operation.COPY_IF_MATCHES, Fault.FAIL_BEFORE));

        assertThatThrownBy(() -> run(ExpireRequest.olderThan(care.now()))).isInstanceOf(StorageException.class);

        care.storage.restart();
        assertThat(care.reopened().info()).isEqualTo(before);
    }
}
