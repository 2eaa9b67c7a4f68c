package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the collector deletes and what it leaves, in which order, and what is left when it fails or dies on the way. */
class GarbageCollectorTest {
    private final Care care = new Care();

    private CollectionReport run(CollectRequest request) {
        return new GarbageCollector(care.repository).run(request, Progress.NONE);
    }

    private void prepare() {
        care.commit("a", 0, 1);
        SnapshotId side = care.commit("b", 0);
        care.repository.createBranch("side", side);
        care.commit("side", "only here", 5);
        care.commit("c", 0, 2);
        care.repository.deleteBranch("side");
        care.clock.move(Duration.ofHours(1));
        new Expiration(care.repository).run(ExpireRequest.olderThan(care.now()));
        care.clock.move(Duration.ofHours(1));
    }

    @Test
    void deletesWhatNothingReachesAndKeepsTheRest() {
        prepare();
        Map<String, Integer> before = Care.readEverything(care.repository);

        CollectionReport report = run(CollectRequest.olderThan(care.now()).withBackupsOlderThan(Optional.empty()));

        // Chunks of "a" 0, "b" 0 and the side branch 5; manifests of a, b and the side branch; what came before "c".
        assertThat(report.deleted(ObjectKind.CHUNK)).isEqualTo(new Tally(3, 3L * Care.CHUNK_BYTES));
        assertThat(report.deleted(ObjectKind.MANIFEST).objects()).isEqualTo(3);
        assertThat(report.deleted(ObjectKind.SNAPSHOT).objects()).isEqualTo(4);
        assertThat(report.deleted(ObjectKind.TRANSACTION_LOG).objects()).isEqualTo(1);
        assertThat(report.finished()).isTrue();
        assertThat(Care.readEverything(care.repository)).isEqualTo(before);
        assertThat(Care.readEverything(care.reopened())).isEqualTo(before);
        assertThat(care.count(ObjectKind.CHUNK)).isEqualTo(3);
        assertThat(care.repository.operations().findFirst().orElseThrow().kind())
                .isInstanceOf(UpdateKind.GarbageCollected.class);
        assertThat(run(CollectRequest.olderThan(care.now()).withBackupsOlderThan(Optional.empty()))
                        .total())
                .isEqualTo(Tally.NONE);
    }

    @Test
    void keepsTheLogsThatSnapshotsRemember() {
        prepare();
        run(CollectRequest.olderThan(care.now()));

        care.repository
                .info()
                .snapshots()
                .all()
                .forEach(entry -> entry.prunedAncestorLogs()
                        .forEach(id -> assertThat(
                                        care.repository.transactionLog(id).id())
                                .isEqualTo(id)));
    }

    @Test
    void aDryRunCountsTheSameAndChangesNothing() {
        prepare();
        CollectRequest request = CollectRequest.olderThan(care.now()).withBackupsOlderThan(Optional.empty());
        long objects = care.summaries("").size();

        CollectionReport dry = run(request.withMode(RunMode.DRY_RUN));

        assertThat(care.summaries("")).hasSize((int) objects);
        assertThat(run(request).deleted()).isEqualTo(dry.deleted());
    }

    @Test
    void leavesYoungObjectsAlone() {
        ByteBuffer bytes = Care.payload(1);
        care.repository.putChunk(bytes);
        Instant before = care.now();
        WritableSession session = care.repository.writableSession("main");
        session.setChunk(Care.A, ChunkIndex.of(1), Care.payload(2));

        CollectionReport report = run(CollectRequest.olderThan(before));

        assertThat(report.deleted(ObjectKind.CHUNK).objects()).isEqualTo(1);
        session.commit(CommitRequest.of("went on")).orThrow();
        Care.readEverything(care.repository);
    }

    @Test
    void whatAYoungFlushedSnapshotReachesStaysThoughItIsOlder() {
        WritableSession session = care.repository.writableSession("main");
        session.setChunk(Care.A, ChunkIndex.of(1), Care.payload(2));
        Instant before = care.now();
        care.clock.move(Duration.ofHours(1));
        var flushed = session.flush(CommitRequest.of("flushed"));

        run(CollectRequest.olderThan(before));

        assertThat(care.repository.publish("main", flushed)).isInstanceOf(PublishOutcome.Published.class);
        Care.readEverything(care.repository);
    }

    @Test
    void collectsInPartsWhereTheTableIsSmall() {
        prepare();
        care.commit("many", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        care.commit("again", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        care.clock.move(Duration.ofHours(1));
        new Expiration(care.repository).run(ExpireRequest.olderThan(care.now()));

        CollectionReport report = run(CollectRequest.olderThan(care.now()).withTableEntries(2));

        assertThat(report.finished()).isTrue();
        assertThat(care.count(ObjectKind.CHUNK)).isEqualTo(10);
        Care.readEverything(care.reopened());
    }

    @Test
    void aCreationTimeInWholeSecondsLastsThatSecond() {
        Instant second = Instant.parse("2026-11-21T00:00:05Z");

        assertThat(ObjectAge.isBefore(second, second.plusMillis(999))).isFalse();
        assertThat(ObjectAge.isBefore(second, second.plusSeconds(1))).isTrue();
        assertThat(ObjectAge.isBefore(second.plusMillis(1), second.plusMillis(2)))
                .isTrue();
        assertThat(ObjectAge.isBefore(second.plusMillis(1), second.plusMillis(1)))
                .isFalse();
    }

    @Test
    void aPhaseWithFailuresKeepsTheLaterOnesFromBeginning() {
        prepare();
        long chunks = care.count(ObjectKind.CHUNK);
        care.storage.follow(FaultScript.always(
                call -> call.operation() == Operation.DELETE && call.key().startsWith("transactions/"),
                Fault.FAIL_BEFORE));

        CollectionReport report = run(CollectRequest.olderThan(care.now()));

        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.failures()).hasSize(1);
        assertThat(report.skipped()).isEqualTo(Set.of(ObjectKind.MANIFEST, ObjectKind.CHUNK, ObjectKind.BACKUP));
        assertThat(report.deleted(ObjectKind.SNAPSHOT).objects()).isPositive();
        assertThat(care.count(ObjectKind.CHUNK)).isEqualTo(chunks);
        care.storage.restart();
        run(CollectRequest.olderThan(care.now()));
        assertThat(care.count(ObjectKind.CHUNK)).isEqualTo(3);
    }

    @Test
    void deletesNothingIfSomethingReachableIsMissing() {
        prepare();
        String gone = "manifests/"
                + care
                        .repository
                        .readonlySession(io.icestream.engine.repository.Version.branch("main"))
                        .nodes()
                        .stream()
                        .filter(node -> node.path().equals(Care.A))
                        .map(node -> ((io.icestream.engine.format.NodeData.Array) node.data())
                                .manifests()
                                .get(0)
                                .id())
                        .findFirst()
                        .orElseThrow();
        care.storage.delete(List.of(gone));
        long objects = care.count(ObjectKind.CHUNK);

        assertThatThrownBy(() ->
                        new GarbageCollector(care.reopened()).run(CollectRequest.olderThan(care.now()), Progress.NONE))
                .isInstanceOf(ObjectNotFoundException.class)
                .hasMessageContaining(gone);
        assertThat(care.count(ObjectKind.CHUNK)).isEqualTo(objects);
    }

    @Test
    void stopsWhenTheTimeIsOverAndGoesOnLater() {
        prepare();
        CollectRequest request = CollectRequest.olderThan(care.now());

        CollectionReport stopped = run(request.withTimeBudget(Duration.ofNanos(1)));

        assertThat(stopped.finished()).isFalse();
        assertThat(stopped.total()).isEqualTo(Tally.NONE);
        assertThat(run(request).finished()).isTrue();
        assertThat(care.count(ObjectKind.CHUNK)).isEqualTo(3);
    }

    @Test
    void aCommitUnderWayLosesToTheFenceAndIsMadeAnew() {
        prepare();
        SnapshotId tip = care.repository.findBranch("main").orElseThrow();
        boolean[] collected = new boolean[1];
        Repository writer = care.reopened();
        WritableSession session = writer.writableSession("main");
        session.setChunk(Care.A, ChunkIndex.of(7), Care.payload(7));
        care.clock.move(Duration.ofMillis(1));
        Instant cutoff = care.now().minus(Duration.ofMinutes(30));
        care.storage.beforeEachCall(call -> {
            if (call.operation() == Operation.PUT_IF_MATCHES && !collected[0]) {
                collected[0] = true;
                run(CollectRequest.olderThan(cutoff));
            }
        });

        session.commit(CommitRequest.of("raced")).orThrow();

        assertThat(collected[0]).isTrue();
        assertThat(care.messages(care.repository.findBranch("main").orElseThrow()))
                .startsWith("raced");
        assertThat(care.repository.info().snapshots().contains(tip)).isTrue();
        Care.readEverything(care.reopened());
    }

    @Test
    void oldBackupsGoAndTheLogSinceTheCutoffStays() {
        prepare();
        Instant cutoff = care.now();
        care.commit("young", 3);
        long operations = care.repository.operations().count();

        CollectionReport report = run(CollectRequest.olderThan(cutoff));

        assertThat(report.deleted(ObjectKind.BACKUP).objects()).isGreaterThan(4);
        assertThat(care.repository.operations()).hasSize((int) operations + 1);
        assertThat(care.count(ObjectKind.BACKUP)).isLessThan(4);
    }

    @Test
    void aProcessThatDiesAnywhereLeavesARepositoryThatIsWhole() {
        prepare();
        Map<String, Integer> content = Care.readEverything(care.repository);
        Instant cutoff = care.now();
        long calls = countCalls(cutoff);
        int crashes = 0;
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (long call = 1; call <= calls; call++) {
                GarbageCollectorTest test = new GarbageCollectorTest();
                test.prepare();
                test.care.storage.crashAt(call, fault);
                assertThatThrownBy(() -> test.run(CollectRequest.olderThan(cutoff)))
                        .isInstanceOf(SimulatedCrash.class);
                test.care.storage.restart();
                try (Repository reopened = test.care.reopened()) {
                    assertThat(Care.readEverything(reopened))
                            .as(fault + " " + call)
                            .isEqualTo(content);
                    new GarbageCollector(reopened).run(CollectRequest.olderThan(cutoff), Progress.NONE);
                    assertThat(Care.readEverything(reopened))
                            .as(fault + " " + call)
                            .isEqualTo(content);
                    assertThat(test.care.count(ObjectKind.CHUNK)).isEqualTo(3);
                }
                crashes++;
            }
        }
        assertThat(crashes).isGreaterThan(20);
    }

    private static long countCalls(Instant cutoff) {
        GarbageCollectorTest test = new GarbageCollectorTest();
        test.prepare();
        long before = test.care.storage.calls();
        test.run(CollectRequest.olderThan(cutoff));
        return test.care.storage.calls() - before;
    }

    @Test
    void unfinishedFilesOfKilledProcessesGoWhenTheyAreOld(@TempDir Path folder) throws IOException {
        try (LocalStorage storage = LocalStorage.open(folder);
                Repository repository =
                        Repository.create(storage, io.icestream.engine.repository.RepositoryOptions.defaults())) {
            Path old = Files.writeString(folder.resolve("snapshots/X#1234"), "half");
            Path young = Files.writeString(folder.resolve("repo#77"), "half");
            Path foreign = Files.writeString(folder.resolve("notes.txt"), "mine");
            Instant cutoff = Instant.parse("2026-01-01T00:00:00Z");
            for (Path file : List.of(old, foreign)) {
                Files.setLastModifiedTime(file, FileTime.from(cutoff.minusSeconds(60)));
            }

            CollectionReport report =
                    new GarbageCollector(repository).run(CollectRequest.olderThan(cutoff), Progress.NONE);

            assertThat(report.temporaries()).isEqualTo(new Tally(1, 4));
            assertThat(old).doesNotExist();
            assertThat(List.of(young, foreign, folder.resolve("repo")))
                    .allSatisfy(file -> assertThat(file).exists());
        }
    }

    @Test
    void tellsHowFarItIs() {
        prepare();
        List<Progress.Stage> stages = new ArrayList<>();

        new GarbageCollector(care.repository)
                .run(CollectRequest.olderThan(care.now()), (stage, done, expected) -> stages.add(stage));

        assertThat(stages).contains(Progress.Stage.READING, Progress.Stage.DELETING);
    }
}
