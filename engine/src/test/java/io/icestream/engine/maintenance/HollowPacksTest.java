package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.maintenance.CompactionReport.Emptied;
import io.icestream.engine.maintenance.CompactionReport.Packed;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Packs that hold little but garbage: which of them are emptied, which stay and why, and what becomes free. */
class HollowPacksTest {
    private static final CompactRequest REQUEST =
            CompactRequest.of("main").withSizes(new CompactRequest.Sizes(10_000, 50_000, 8, 1 << 20));

    private static CompactionReport run(Grid grid, CompactRequest request) {
        return new Compaction(grid.care.repository).run(request, Progress.NONE);
    }

    /** Packs of 50 chunks, 1,000 bytes each, in which nothing is deleted yet. */
    private static Grid packed(int times) {
        Grid grid = Grid.of(times);
        run(grid, REQUEST);
        return grid;
    }

    /** Only every so manieth time is left at the tip. */
    private static void thin(Grid grid, int every) {
        grid.other(session -> session.chunkIndices(Grid.PATH)
                .filter(index -> index.at(0) % every != 0)
                .toList()
                .forEach(index -> session.deleteChunk(Grid.PATH, index)));
    }

    /** Nothing before the tips is listed any more. */
    private static void expire(Grid grid) {
        grid.care.clock.move(Duration.ofDays(1));
        new Expiration(grid.care.repository).run(ExpireRequest.olderThan(grid.care.now()));
    }

    private static void collect(Grid grid) {
        expire(grid);
        grid.care.clock.move(Duration.ofDays(1));
        new GarbageCollector(grid.care.repository).run(CollectRequest.olderThan(grid.care.now()), Progress.NONE);
    }

    private static long chunkBytes(Grid grid) {
        return grid.care.summaries(ObjectKind.CHUNK.prefix()).stream()
                .mapToLong(ObjectSummary::sizeBytes)
                .sum();
    }

    /** Three packs with 120 chunks, of which the tip needs 12 and nothing else needs any. */
    private static Grid hollow() {
        Grid grid = packed(40);
        thin(grid, 10);
        expire(grid);
        return grid;
    }

    @Test
    void theFewChunksThatAreNeededMoveAndThePacksBecomeFree() {
        Grid grid = hollow();
        SortedMap<String, ByteBuffer> before = grid.contents();

        CompactionReport report = run(grid, REQUEST);

        assertThat(report.emptied()).isEqualTo(new Emptied(3, 120_000, 108_000));
        assertThat(report.total()).isEqualTo(new Packed(12, 12_000, 0, 3, 1, 3));
        assertThat(report.snapshot()).contains(grid.tip());
        assertThat(grid.contents()).isEqualTo(before);
        assertThat(grid.reference(10, 0))
                .isEqualTo(new ChunkReference.Native(grid.reference(0, 0).id(), 1000, Grid.CHUNK_BYTES));
        grid.isSound();
        collect(grid);
        assertThat(chunkBytes(grid)).isEqualTo(12_000);
        assertThat(grid.contents()).isEqualTo(before);
        assertThat(run(grid, REQUEST).snapshot()).as("nothing is left to do").isEmpty();
        grid.isSound();
    }

    @Test
    void withoutItTheCollectorKeepsThemWhole() {
        Grid grid = hollow();

        assertThat(run(grid, REQUEST.withMinLiveShare(0)).snapshot()).isEmpty();
        collect(grid);

        assertThat(chunkBytes(grid)).isEqualTo(120_000);
    }

    @Test
    void whatAnOlderSnapshotNeedsCountsUntilItHasExpired() {
        Grid grid = packed(40);
        thin(grid, 10);

        assertThat(run(grid, REQUEST).snapshot()).isEmpty();
        expire(grid);

        assertThat(run(grid, REQUEST).emptied().packs()).isEqualTo(3);
    }

    /** Whichever is counted once only, the tip and a snapshot before need 12 of 120 together. */
    @Test
    void aRangeThatSeveralSnapshotsNeedCountsOnce() {
        Grid grid = hollow();
        for (int i = 0; i < 12; i++) {
            grid.care.commit("more " + i, i % 10);
        }

        assertThat(run(grid, REQUEST).emptied()).isEqualTo(new Emptied(3, 120_000, 108_000));
    }

    @Test
    void whatATagOrAnotherBranchNeedsAnyOfStays() {
        Grid grid = hollow();
        grid.care.repository.createTag("kept", grid.tip());
        grid.care.repository.createBranch("other", grid.tip());
        grid.other(session -> session.deleteChunk(Grid.PATH, ChunkIndex.of(0, 0)));

        assertThat(run(grid, REQUEST).snapshot()).isEmpty();
        grid.care.repository.deleteTag("kept");
        assertThat(run(grid, REQUEST).snapshot()).isEmpty();
        grid.care.repository.deleteBranch("other");
        expire(grid);
        assertThat(run(grid, REQUEST).emptied()).isEqualTo(new Emptied(3, 120_000, 109_000));
    }

    @Test
    void whatAnArrayThatIsNotAskedForNeedsAnyOfStays() {
        Grid grid = hollow();
        ChunkReference.Native shared = grid.reference(0, 0);
        grid.other(session -> session.attach(Care.A, ChunkIndex.of(3), shared));
        SortedMap<String, ByteBuffer> before = grid.contents();

        assertThat(run(grid, REQUEST.withArrays(Set.of(Grid.PATH)).withMode(RunMode.DRY_RUN))
                        .emptied())
                .isEqualTo(new Emptied(2, 70_000, 63_000));
        assertThat(run(grid, REQUEST).emptied()).isEqualTo(new Emptied(3, 120_000, 108_000));
        assertThat(grid.contents()).isEqualTo(before);
        assertThat(Grid.session(grid.care.repository).readChunk(Care.A, ChunkIndex.of(3)))
                .contains(Grid.payload(0, 0, 0));
        grid.isSound();
    }

    @Test
    void theShareIsTheCallersChoice() {
        Grid grid = hollow();
        long lists = grid.care.storage.calls(Operation.LIST);

        assertThat(run(grid, REQUEST.withMinLiveShare(0)).snapshot()).isEmpty();
        assertThat(grid.care.storage.calls(Operation.LIST)).as("nobody looks").isEqualTo(lists);
        assertThat(run(grid, REQUEST.withMinLiveShare(0.1)).snapshot())
                .as("a tenth is needed, which is not less")
                .isEmpty();
        assertThat(run(grid, REQUEST.withMinLiveShare(0.101)).emptied().packs()).isEqualTo(3);
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> REQUEST.withMinLiveShare(share))
                    .withMessageContaining("it must be from 0 to 1");
        }
    }

    @Test
    void aDryRunCountsTheSameAndChangesNothing() {
        Grid grid = hollow();
        long writes = grid.care.storage.calls(Operation.PUT);

        CompactionReport dry = run(grid, REQUEST.withMode(RunMode.DRY_RUN));

        assertThat(grid.care.storage.calls(Operation.PUT)).isEqualTo(writes);
        CompactionReport report = run(grid, REQUEST);
        assertThat(dry.emptied()).isEqualTo(report.emptied());
        assertThat(dry.arrays()).isEqualTo(report.arrays());
        assertThat(dry.snapshot()).isEmpty();
    }

    @Test
    void onlyPacksThatAreLeftByTheirLastChunkAreReported() {
        Grid grid = packed(400);
        thin(grid, 8);
        expire(grid);
        SortedMap<String, ByteBuffer> before = grid.contents();
        Emptied all = run(grid, REQUEST.withMode(RunMode.DRY_RUN)).emptied();
        assertThat(all).isEqualTo(new Emptied(24, 1_200_000, 1_050_000));

        List<Emptied> runs = new ArrayList<>();
        boolean finished = false;
        while (!finished) {
            CompactionReport report = run(grid, REQUEST.withMaxChunks(40));
            runs.add(report.emptied());
            finished = report.finished();
            expire(grid);
        }

        assertThat(runs.size()).isGreaterThan(2);
        assertThat(runs.stream().mapToLong(Emptied::packs).sum()).isEqualTo(24);
        assertThat(grid.contents()).isEqualTo(before);
        collect(grid);
        assertThat(chunkBytes(grid)).isEqualTo(150_000);
    }

    @Test
    void thoseForWhichThereIsNoRoomAreLookedAtInParts() {
        Grid grid = packed(200);
        thin(grid, 7);
        expire(grid);
        CompactRequest dry = REQUEST.withMode(RunMode.DRY_RUN);
        CompactionReport expected = run(grid, dry);
        assertThat(expected.emptied().packs()).isEqualTo(12);

        for (int entries : new int[] {1, 2, 5, 20, 86, 1000}) {
            assertThat(new Compaction(grid.care.repository, entries).run(dry, Progress.NONE))
                    .as("room for " + entries)
                    .isEqualTo(expected);
        }
    }

    /** A reference to a range that is about to move, taken by somebody else before the commit, leads on to the same bytes. */
    @Test
    void whatOthersAttachMeanwhileIsKept() {
        Grid grid = hollow();
        ChunkReference.Native old = grid.reference(10, 1);
        SortedMap<String, ByteBuffer> expected = grid.contents();
        grid.meanwhile(() -> grid.other(session -> {
            session.attach(Grid.PATH, ChunkIndex.of(11, 1), old);
            session.attach(Care.A, ChunkIndex.of(0), old);
        }));

        run(grid, REQUEST);
        collect(grid);

        expected.put("11/1", Grid.payload(10, 1, 0));
        assertThat(grid.contents()).isEqualTo(expected);
        assertThat(Grid.session(grid.care.repository).readChunk(Care.A, ChunkIndex.of(0)))
                .contains(Grid.payload(10, 1, 0));
        grid.isSound();
    }

    @Test
    void dyingAtAnyStorageCallLosesNothing() {
        SortedMap<String, ByteBuffer> content = hollow().contents();
        int crashes = 0;
        boolean died = true;
        for (long call = 1; died; call++) {
            for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
                Grid grid = hollow();
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
                    new Compaction(reopened).run(REQUEST, Progress.NONE);
                    Care.readEverything(reopened);
                }
                collect(grid);
                assertThat(chunkBytes(grid)).as(fault + " " + call).isEqualTo(12_000);
                assertThat(grid.contents()).isEqualTo(content);
            }
        }
        System.out.println("hollow packs: died " + crashes + " times");
        assertThat(crashes).isGreaterThan(20);
    }
}
