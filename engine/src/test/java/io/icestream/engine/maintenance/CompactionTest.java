package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.CompactionReport.Emptied;
import io.icestream.engine.maintenance.CompactionReport.Packed;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ConflictException;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What compaction moves and where to, and that nobody notices: readers, writers meanwhile, the collector, and a crash. */
class CompactionTest {
    private static final CompactRequest REQUEST =
            CompactRequest.of("main").withSizes(new CompactRequest.Sizes(10_000, 50_000, 8, 1 << 20));

    private static CompactionReport run(Grid grid, CompactRequest request) {
        return new Compaction(grid.care.repository).run(request, Progress.NONE);
    }

    @Test
    void neighboursInTimeComeSideBySideInOneCommit() {
        Grid grid = Grid.of(40);
        SortedMap<String, ByteBuffer> before = grid.contents();
        SnapshotId tip = grid.tip();

        CompactionReport report = run(grid, REQUEST);

        assertThat(report.arrays()).containsExactly(Map.entry(Grid.PATH, new Packed(120, 120_000, 0, 120, 3, 5)));
        assertThat(report.finished()).isTrue();
        assertThat(grid.contents()).isEqualTo(before);
        for (int time = 1; time < 40; time++) {
            assertThat(grid.reference(time, 0))
                    .isEqualTo(new ChunkReference.Native(grid.reference(0, 0).id(), 1000L * time, Grid.CHUNK_BYTES));
        }
        Repository repository = grid.care.repository;
        assertThat(repository.history(grid.tip()).map(entry -> entry.id()).limit(2))
                .containsExactly(report.snapshot().orElseThrow(), tip);
        assertThat(repository
                        .diff(Version.snapshot(tip), Version.branch("main"))
                        .isEmpty())
                .as("nothing that can be read has changed")
                .isTrue();
        grid.isSound();
    }

    @Test
    void aReaderOfATimeSeriesNeedsFewerRequestsAndObjects() {
        Grid grid = Grid.of(200);
        long objects = grid.care.count(ObjectKind.CHUNK);

        CompactionReport report = run(grid, REQUEST);
        new Expiration(grid.care.repository).run(ExpireRequest.olderThan(grid.care.now()));
        grid.care.clock.move(Duration.ofDays(1));
        new GarbageCollector(grid.care.repository).run(CollectRequest.olderThan(grid.care.now()), Progress.NONE);

        Packed packed = report.total();
        System.out.println("compaction: " + objects + " chunk objects become " + grid.care.count(ObjectKind.CHUNK)
                + ", reading all along time takes " + packed.ranges() + " requests instead of " + packed.chunks());
        assertThat(grid.care.count(ObjectKind.CHUNK)).isEqualTo(packed.objectsAfter());
        assertThat(packed.objectsAfter()).isLessThanOrEqualTo(objects / 40);
        assertThat(packed.ranges()).isLessThanOrEqualTo(packed.chunks() / 30);
    }

    @Test
    void runningAgainFindsNothing() {
        Grid grid = Grid.of(40);
        run(grid, REQUEST);
        long calls = grid.care.storage.calls(Operation.PUT);

        CompactionReport again = run(grid, REQUEST);

        assertThat(again.snapshot()).isEmpty();
        assertThat(again.arrays()).isEmpty();
        assertThat(again.finished()).isTrue();
        assertThat(grid.care.storage.calls(Operation.PUT)).isEqualTo(calls);
    }

    @Test
    void fewNewChunksWaitForMore() {
        Grid grid = Grid.of(40);
        run(grid, REQUEST);
        grid.resize(60);
        grid.append(40, 42);

        assertThat(run(grid, REQUEST).snapshot()).isEmpty();

        grid.append(42, 43);
        assertThat(run(grid, REQUEST).total()).isEqualTo(new Packed(9, 9_000, 0, 9, 1, 3));
        // The object of nine chunks is small itself, so it is put together with others.
        grid.append(43, 46);
        assertThat(run(grid, REQUEST).total()).isEqualTo(new Packed(18, 18_000, 0, 10, 1, 3));
        assertThat(run(grid, REQUEST).snapshot()).isEmpty();
        grid.isSound();
    }

    @Test
    void anotherDimensionCanBeTheOneToReadAlong() {
        Grid grid = Grid.of(40);

        CompactionReport report = run(grid, REQUEST.withAlong("station"));

        assertThat(report.total()).isEqualTo(new Packed(120, 120_000, 0, 120, 3, 42));
        assertThat(grid.reference(0, 1))
                .isEqualTo(new ChunkReference.Native(grid.reference(0, 0).id(), 1000, 1000));
    }

    @Test
    void aDryRunCountsTheSameAndChangesNothing() {
        Grid grid = Grid.of(40);
        long writes = grid.care.storage.calls(Operation.PUT);

        CompactionReport dry = run(grid, REQUEST.withMode(RunMode.DRY_RUN));

        assertThat(dry.snapshot()).isEmpty();
        assertThat(grid.care.storage.calls(Operation.PUT)).isEqualTo(writes);
        assertThat(run(grid, REQUEST).arrays()).isEqualTo(dry.arrays());
    }

    @Test
    void onlyTheArraysAskedForAreTouched() {
        Grid grid = Grid.of(10);
        grid.care.commit("more", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

        CompactionReport report = run(grid, REQUEST.withArrays(java.util.Set.of(Care.A)));

        assertThat(report.arrays()).containsOnlyKeys(Care.A);
        assertThat(run(grid, REQUEST).arrays()).containsOnlyKeys(Grid.PATH);
        assertThatThrownBy(() -> run(
                        grid,
                        REQUEST.withArrays(java.util.Set.of(Care.A.parent().orElseThrow()))))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatStopsEarlyGoesOnWhenRunAgain() {
        Grid grid = Grid.of(200);
        SortedMap<String, ByteBuffer> before = grid.contents();
        assertThat(run(grid, REQUEST.withTimeBudget(Duration.ZERO)))
                .isEqualTo(new CompactionReport(
                        RunMode.CHANGE, Optional.empty(), new TreeMap<>(), Emptied.NONE, 0, false));

        int runs = 0;
        boolean finished = false;
        while (!finished) {
            CompactionReport report = run(grid, REQUEST.withMaxChunks(100));
            assertThat(report.total().chunks()).isLessThan(160);
            finished = report.finished();
            runs++;
        }
        assertThat(runs).isBetween(4, 7);
        assertThat(grid.contents()).isEqualTo(before);
        assertThat(run(grid, REQUEST).snapshot()).isEmpty();
    }

    @Test
    void whatOthersWriteDeleteAndMoveMeanwhileIsAsTheyLeftIt() {
        Grid grid = Grid.of(40);
        SortedMap<String, ByteBuffer> expected = grid.contents();
        AtomicInteger attempts = grid.meanwhile(() -> {
            grid.other(session -> {
                session.setChunk(Grid.PATH, ChunkIndex.of(5, 0), Grid.payload(5, 0, 1));
                session.deleteChunk(Grid.PATH, ChunkIndex.of(6, 0));
                session.updateArray(Grid.PATH, Grid.metadata(42));
            });
            grid.other(session -> session.shiftArray(Grid.PATH, 2, 0));
        });

        CompactionReport report = run(grid, REQUEST);

        assertThat(attempts.get()).isGreaterThan(1);
        expected.put("5/0", Grid.payload(5, 0, 1));
        expected.remove("6/0");
        SortedMap<String, ByteBuffer> shifted = new TreeMap<>();
        expected.forEach((index, bytes) -> {
            int slash = index.indexOf('/');
            shifted.put(Integer.parseInt(index.substring(0, slash)) + 2 + index.substring(slash), bytes);
        });
        assertThat(grid.contents()).isEqualTo(shifted);
        assertThat(grid.reference(7, 0).length()).isEqualTo(1000);
        assertThat(grid.reference(7, 0).offset())
                .as("theirs, in an object of its own")
                .isZero();
        assertThat(grid.reference(12, 1).id())
                .as("packed")
                .isEqualTo(grid.reference(13, 1).id());
        assertThat(grid.care.messages(grid.tip()).subList(0, 3))
                .containsExactly("compact chunks", "meanwhile", "meanwhile");
        assertThat(report.snapshot()).contains(grid.tip());
        grid.isSound();
    }

    @Test
    void anArrayThatIsReplacedMeanwhileIsLeftAlone() {
        Grid grid = Grid.of(10);
        grid.meanwhile(() -> grid.other(session -> {
            session.delete(Grid.PATH);
            session.createArray(Grid.PATH, Grid.metadata(10));
            session.setChunk(Grid.PATH, ChunkIndex.of(1, 1), Grid.payload(1, 1, 7));
        }));

        CompactionReport report = run(grid, REQUEST);

        assertThat(report.snapshot()).as("nothing is left to do").isEmpty();
        assertThat(grid.contents()).containsExactly(Map.entry("1/1", Grid.payload(1, 1, 7)));
    }

    @Test
    void aBranchThatIsResetMeanwhileIsCompactedAsItIsThen() {
        Grid grid = Grid.of(40);
        SnapshotId earlier = grid.care
                .repository
                .history(grid.tip())
                .skip(10)
                .findFirst()
                .orElseThrow()
                .id();
        grid.meanwhile(() -> {
            try (Repository other = grid.care.reopened()) {
                other.resetBranch("main", earlier);
            }
        });

        CompactionReport report = run(grid, REQUEST);

        assertThat(report.snapshot()).contains(grid.tip());
        assertThat(grid.care.repository.findSnapshot(grid.tip()).orElseThrow().parent())
                .contains(earlier);
        assertThat(grid.contents()).hasSize(90).containsEntry("29/2", Grid.payload(29, 2, 0));
        assertThat(grid.reference(29, 2).offset()).isPositive();
    }

    @Test
    void sessionsThatWereOpenGoOnWithoutAConflict() {
        Grid grid = Grid.of(40);
        WritableSession writer = grid.care.repository.writableSession("main");
        writer.setChunk(Grid.PATH, ChunkIndex.of(3, 1), Grid.payload(3, 1, 9));
        SortedMap<String, ByteBuffer> expected = grid.contents();

        run(grid, REQUEST);
        writer.commit(CommitRequest.of("went on").solver(new ConflictDetector()))
                .orThrow();

        expected.put("3/1", Grid.payload(3, 1, 9));
        assertThat(grid.contents()).isEqualTo(expected);
        assertThat(grid.reference(2, 1).id())
                .as("still packed")
                .isEqualTo(grid.reference(4, 1).id());
        grid.isSound();
    }

    @Test
    void aPackedObjectStaysAsLongAsAnySnapshotNeedsAnyOfIt() {
        Grid grid = Grid.of(40);
        run(grid, REQUEST);
        SnapshotId packed = grid.tip();
        grid.care.repository.createTag("kept", packed);
        grid.other(session -> grid.care
                .repository
                .readonlySession(Version.branch("main"))
                .chunkIndices(Grid.PATH)
                .filter(index -> index.at(0) > 0 || index.at(1) > 0)
                .forEach(index ->
                        session.setChunk(Grid.PATH, index, Grid.payload((int) index.at(0), (int) index.at(1), 4))));
        assertThat(collect(grid))
                .as("the small ones, which only expired snapshots need")
                .isEqualTo(120);
        grid.isSound();
        assertThat(new StorageStatistics(grid.care.repository)
                        .run(Progress.NONE)
                        .chunks()
                        .stored())
                .isEqualTo(new Tally(120 + 119, 239_000));

        grid.care.repository.deleteTag("kept");
        assertThat(collect(grid)).as("all but the one with chunk 0/0").isEqualTo(2);
        assertThat(grid.contents()).containsEntry("0/0", Grid.payload(0, 0, 0));

        grid.other(session -> session.deleteChunk(Grid.PATH, ChunkIndex.of(0, 0)));
        assertThat(collect(grid)).isEqualTo(1);
        assertThat(grid.contents()).hasSize(119);
        grid.isSound();
    }

    /** Expires and collects all that is old; how many chunk objects went. */
    private static long collect(Grid grid) {
        grid.care.clock.move(Duration.ofDays(1));
        new Expiration(grid.care.repository).run(ExpireRequest.olderThan(grid.care.now()));
        grid.care.clock.move(Duration.ofDays(1));
        return new GarbageCollector(grid.care.repository)
                .run(CollectRequest.olderThan(grid.care.now()), Progress.NONE)
                .deleted(ObjectKind.CHUNK)
                .objects();
    }

    @Test
    void chunksWithinManifestsMoveOutWhereTheyAreMany() {
        Grid grid = new Grid(new Care());
        WritableSession session = grid.care.repository.writableSession("main");
        session.createArray(Grid.PATH, Grid.metadata(50));
        for (int time = 0; time < 50; time++) {
            byte[] bytes = new byte[300];
            Grid.payload(time, 0, 0).get(bytes);
            session.attach(Grid.PATH, ChunkIndex.of(time, 0), new ChunkReference.Inline(Bytes.wrap(bytes)));
        }
        session.commit(CommitRequest.of("inline")).orThrow();
        SortedMap<String, ByteBuffer> before = grid.contents();
        assertThat(run(grid, REQUEST).snapshot())
                .as("15,000 bytes are not many")
                .isEmpty();

        CompactionReport report = run(grid, REQUEST.withSizes(REQUEST.sizes().withInlineBytes(10_000)));

        assertThat(report.total()).isEqualTo(new Packed(50, 15_000, 50, 0, 1, 1));
        assertThat(grid.contents()).isEqualTo(before);
        assertThat(grid.reference(49, 0).offset()).isEqualTo(49 * 300);
        assertThat(run(grid, REQUEST.withSizes(REQUEST.sizes().withInlineBytes(10_000)))
                        .snapshot())
                .isEmpty();
    }

    @Test
    void aChunkThatIsMissingIsCountedAndTheOthersAreMoved() {
        Grid grid = Grid.of(10);
        ChunkReference.Native lost = grid.reference(4, 1);
        grid.care.storage.delete(List.of(ObjectKind.CHUNK.prefix() + lost.id()));

        CompactionReport report = run(grid, REQUEST);

        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(report.total().chunks()).isEqualTo(29);
        assertThat(grid.reference(4, 1)).isEqualTo(lost);
        assertThat(grid.reference(5, 1).offset()).isPositive();
    }

    @Test
    void whatWasWrittenTooLongAgoIsNotCommitted() {
        Grid grid = Grid.of(40);
        SnapshotId tip = grid.tip();
        try (Repository strict =
                Repository.open(grid.care.storage, grid.care.options.withMaxUncommittedAge(Duration.ofHours(6)))) {
            grid.meanwhile(() -> {
                grid.care.clock.move(Duration.ofHours(7));
                grid.other(session -> session.deleteChunk(Care.A, ChunkIndex.of(0)));
            });
            assertThatThrownBy(() -> new Compaction(strict).run(REQUEST, Progress.NONE))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            refused -> assertThat(refused.reason()).isInstanceOf(RefusalReason.TooOld.class));
        }
        assertThat(grid.care.repository.findSnapshot(grid.tip()).orElseThrow().parent())
                .contains(tip);
    }

    @Test
    void stopsAtHalfOfTheAgeThatItMayReach() {
        Grid grid = Grid.of(10);
        grid.care.commit("more", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        grid.care.storage.beforeEachCall(call -> {
            if (call.operation() == Operation.PUT && call.key().startsWith(ObjectKind.CHUNK.prefix())) {
                grid.care.clock.move(Duration.ofHours(2));
            }
        });

        CompactionReport report = run(grid, REQUEST.withMaxUncommittedAge(Duration.ofHours(3)));

        assertThat(report.finished()).isFalse();
        assertThat(report.snapshot()).contains(grid.tip());
        assertThat(report.arrays()).containsOnlyKeys(Care.A);
        assertThat(run(grid, REQUEST).arrays()).containsOnlyKeys(Grid.PATH);
    }

    @Test
    void dyingAtAnyStorageCallLosesNothing() {
        SortedMap<String, ByteBuffer> content = Grid.of(10).contents();
        int crashes = 0;
        boolean died = true;
        for (long call = 1; died; call++) {
            for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
                Grid grid = Grid.of(10);
                grid.care.storage.crashAt(call, fault);
                try {
                    run(grid, REQUEST);
                    died = false;
                } catch (SimulatedCrash e) {
                    crashes++;
                }
                grid.care.storage.restart();
                assertThat(grid.contents()).as(fault + " " + call).isEqualTo(content);
                try (Repository reopened = grid.care.reopened()) {
                    assertThat(new Compaction(reopened)
                                    .run(REQUEST, Progress.NONE)
                                    .finished())
                            .isTrue();
                    Care.readEverything(reopened);
                }
                assertThat(grid.contents()).isEqualTo(content);
            }
        }
        System.out.println("compaction: died " + crashes + " times");
        assertThat(crashes).isGreaterThan(20);
    }
}
