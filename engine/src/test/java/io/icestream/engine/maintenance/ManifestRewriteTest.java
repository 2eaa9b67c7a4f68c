package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ConflictException;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How manifests are laid out by the splitting in force, as a run of its own and with a commit, beside writers and crashes. */
class ManifestRewriteTest {
    private static final RewriteRequest REQUEST = RewriteRequest.of("main");

    /** The same repository, with manifests of so many times; none for no splitting. */
    private static Repository splitting(Grid grid, int... times) {
        List<SplitRule> rules = times.length == 0
                ? List.of()
                : List.of(new SplitRule(
                        new ArrayCondition.AnyArray(),
                        List.of(new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), times[0]))));
        return Repository.open(
                grid.care.storage, grid.care.options.withConfig(RepositoryConfig.DEFAULT.withSplitRules(rules)));
    }

    private static RewriteReport run(Repository repository, RewriteRequest request) {
        return new ManifestRewrite(repository).run(request, Progress.NONE);
    }

    private static List<Long> references(Repository repository) {
        return repository.manifestFiles(Version.branch("main")).stream()
                .map(ManifestFile::chunkReferences)
                .sorted()
                .toList();
    }

    @Test
    void splitsAndJoinsWhatIsLaidOutOtherwise() {
        Grid grid = Grid.of(10);
        SortedMap<String, ByteBuffer> before = grid.contents();
        SnapshotId tip = grid.tip();
        try (Repository split = splitting(grid, 4)) {
            RewriteReport report = run(split, REQUEST);

            assertThat(references(split)).containsExactly(6L, 12L, 12L);
            assertThat(report.arrays()).isEqualTo(1);
            assertThat(report.rewritten()).isEqualTo(1);
            assertThat(report.references()).isEqualTo(30);
            assertThat(report.before().objects()).isEqualTo(1);
            assertThat(report.after().objects()).isEqualTo(3);
            assertThat(report.after().bytes())
                    .isEqualTo(split.manifestFiles(Version.branch("main")).stream()
                            .mapToLong(ManifestFile::sizeBytes)
                            .sum());
            assertThat(report.snapshot()).contains(grid.tip());
            assertThat(split.diff(Version.snapshot(tip), Version.branch("main")).isEmpty())
                    .isTrue();
            SnapshotEntry entry = split.findSnapshot(grid.tip()).orElseThrow();
            assertThat(entry.parent()).contains(tip);
            assertThat(entry.message()).isEqualTo("rewrite manifests");
            JsonNode rule =
                    Objects.requireNonNull(entry.metadata().get("__icechunk")).at("/splitting_config/split_sizes/0");
            assertThat(rule.at("/0").asText()).isEqualTo("any_array");
            assertThat(rule.at("/1/0/condition/Axis")).isEqualTo(IntNode.valueOf(0));
            assertThat(rule.at("/1/0/num_chunks").asInt()).isEqualTo(4);
        }
        assertThat(grid.contents()).isEqualTo(before);
        try (Repository joined = splitting(grid)) {
            assertThat(run(joined, REQUEST).rewritten()).isEqualTo(3);
            assertThat(references(joined)).containsExactly(30L);
        }
        assertThat(grid.contents()).isEqualTo(before);
        grid.isSound();
    }

    @Test
    void runningAgainFindsNothing() {
        Grid grid = Grid.of(10);
        try (Repository split = splitting(grid, 4)) {
            run(split, REQUEST);
            long writes = grid.care.storage.calls(Operation.PUT);

            RewriteReport again = run(split, REQUEST);

            assertThat(again.snapshot()).isEmpty();
            assertThat(again.rewritten()).isZero();
            assertThat(again.after()).isEqualTo(again.before());
            assertThat(grid.care.storage.calls(Operation.PUT)).isEqualTo(writes);
        }
    }

    @Test
    void aDryRunCountsTheSameAndChangesNothing() {
        Grid grid = Grid.of(10);
        try (Repository split = splitting(grid, 4)) {
            long writes = grid.care.storage.calls(Operation.PUT);
            RewriteReport dry = run(split, REQUEST.withMode(RunMode.DRY_RUN));
            assertThat(grid.care.storage.calls(Operation.PUT)).isEqualTo(writes);

            RewriteReport report = run(split, REQUEST);

            assertThat(dry.snapshot()).isEmpty();
            assertThat(dry.rewritten()).isEqualTo(report.rewritten());
            assertThat(dry.references()).isEqualTo(report.references());
            assertThat(dry.after().objects()).isEqualTo(report.after().objects());
        }
    }

    @Test
    void arraysMessageMetadataAndTimeAreAsAskedFor() {
        Grid grid = Grid.of(10);
        grid.care.commit("more", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        try (Repository split = splitting(grid, 4)) {
            assertThat(run(split, REQUEST.withTimeBudget(Duration.ZERO)))
                    .extracting(
                            RewriteReport::finished, report -> report.snapshot().isPresent())
                    .containsExactly(false, false);

            run(
                    split,
                    REQUEST.withArrays(Set.of(Care.A))
                            .withMessage("lay out")
                            .withMetadata(Map.of("n", IntNode.valueOf(1))));

            assertThat(references(split)).containsExactly(2L, 4L, 4L, 30L);
            SnapshotEntry entry = split.findSnapshot(grid.tip()).orElseThrow();
            assertThat(entry.message()).isEqualTo("lay out");
            assertThat(entry.metadata()).containsKeys("n", "__icechunk");
            assertThatThrownBy(() -> run(split, RewriteRequest.of("none"))).isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void canTakeThePlaceOfTheTip() {
        Grid grid = Grid.of(10);
        List<String> messages = grid.care.messages(grid.tip());
        try (Repository split = splitting(grid, 4)) {
            AtomicInteger attempts =
                    grid.meanwhile(() -> grid.other(session -> session.deleteChunk(Grid.PATH, ChunkIndex.of(0, 0))));

            run(split, REQUEST.withMethod(RewriteRequest.Method.AMEND));

            assertThat(attempts.get()).isGreaterThan(1);
            assertThat(grid.care.messages(grid.tip()).get(0)).isEqualTo("rewrite manifests");
            assertThat(grid.care.messages(grid.tip()).subList(1, messages.size() + 1))
                    .as("the commit made meanwhile is amended, not lost")
                    .isEqualTo(messages);
            assertThat(split.operations().findFirst().orElseThrow().kind())
                    .isInstanceOf(UpdateKind.CommitAmended.class);
            assertThat(references(split)).containsExactly(6L, 11L, 12L);
        }
    }

    @Test
    void goesWithACommitThatAsksForIt() {
        Grid grid = Grid.of(10);
        grid.care.commit("more", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        try (Repository split = splitting(grid, 4)) {
            WritableSession session = split.writableSession("main");
            session.deleteChunk(Care.A, ChunkIndex.of(9));
            session.commit(CommitRequest.of("both").rewriteManifests()).orThrow();

            assertThat(references(split)).containsExactly(1L, 4L, 4L, 6L, 12L, 12L);
            WritableSession none = split.writableSession("main");
            assertThatThrownBy(() -> none.commit(CommitRequest.of("nothing").rewriteManifests())
                            .orThrow())
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("there are no changes");
        }
        try (Repository joined = splitting(grid)) {
            WritableSession session = joined.writableSession("main");
            session.amend(AmendRequest.of("joined").rewriteManifests()).orThrow();
            assertThat(references(joined)).containsExactly(9L, 30L);
        }
    }

    @Test
    void commitsOfOthersStayAndAreLaidOutToo() {
        Grid grid = Grid.of(10);
        SortedMap<String, ByteBuffer> expected = grid.contents();
        try (Repository split = splitting(grid, 4)) {
            grid.meanwhile(() -> grid.other(session -> {
                session.setChunk(Grid.PATH, ChunkIndex.of(5, 1), Grid.payload(5, 1, 2));
                session.deleteChunk(Grid.PATH, ChunkIndex.of(9, 2));
            }));
            long before = grid.care.storage.calls(Operation.PUT);

            run(split, REQUEST);

            assertThat(grid.care.storage.calls(Operation.PUT)).isGreaterThan(before);
            assertThat(references(split)).containsExactly(5L, 12L, 12L);
        }
        expected.put("5/1", Grid.payload(5, 1, 2));
        expected.remove("9/2");
        assertThat(grid.contents()).isEqualTo(expected);
        assertThat(grid.care.messages(grid.tip()).subList(0, 2)).containsExactly("rewrite manifests", "meanwhile");
        grid.isSound();
    }

    @Test
    void sessionsThatWereOpenGoOnWithoutAConflict() {
        Grid grid = Grid.of(10);
        WritableSession writer = grid.care.repository.writableSession("main");
        writer.setChunk(Grid.PATH, ChunkIndex.of(3, 1), Grid.payload(3, 1, 9));
        try (Repository split = splitting(grid, 4)) {
            run(split, REQUEST);
        }
        writer.commit(CommitRequest.of("went on").solver(new ConflictDetector()))
                .orThrow();
        assertThat(grid.contents()).hasSize(30).containsEntry("3/1", Grid.payload(3, 1, 9));
        grid.isSound();
    }

    @Test
    void dyingAtAnyStorageCallLosesNothing() {
        SortedMap<String, ByteBuffer> content = Grid.of(10).contents();
        int crashes = 0;
        boolean died = true;
        for (long call = 1; died; call++) {
            for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
                Grid grid = Grid.of(10);
                try (Repository split = splitting(grid, 4)) {
                    grid.care.storage.crashAt(call, fault);
                    run(split, REQUEST);
                    died = false;
                } catch (SimulatedCrash e) {
                    crashes++;
                }
                grid.care.storage.restart();
                assertThat(grid.contents()).as(fault + " " + call).isEqualTo(content);
                try (Repository again = splitting(grid, 4)) {
                    assertThat(run(again, REQUEST).finished()).isTrue();
                    assertThat(references(again)).containsExactly(6L, 12L, 12L);
                    Care.readEverything(again);
                }
            }
        }
        System.out.println("rewriting of manifests: died " + crashes + " times");
        assertThat(crashes).isGreaterThan(15);
    }
}
