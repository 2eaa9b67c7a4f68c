package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How the references of an array are spread over manifests, and which manifests a commit writes. */
class SplittingTest {
    private static final NodePath PATH = NodePath.of("/grid");

    private final TestRepository test = TestRepository.empty(options(4));

    private static RepositoryOptions options(int chunks) {
        SplitRule rule = new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), chunks)));
        return RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withSplitRules(List.of(rule)));
    }

    private static ArrayMetadata grid(long rows, long columns) {
        return ArrayMetadata.builder(DataType.UINT8, new long[] {rows, columns}, new long[] {1, 1})
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build();
    }

    private void create(long rows) {
        WritableSession session = test.session();
        session.createArray(PATH, grid(rows, 3));
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < 3; column++) {
                session.attach(PATH, ChunkIndex.of(row, column), inline(row + " " + column));
            }
        }
        session.commit(CommitRequest.of("grid")).orThrow();
    }

    @Test
    void eachBoxHasOneManifestWithTightExtents() {
        create(10);
        assertThat(extents()).containsExactly("0-4 0-3", "4-8 0-3", "8-10 0-3");
        assertThat(snapshot().manifestFiles().stream().map(ManifestFile::chunkReferences))
                .containsExactlyInAnyOrder(12L, 12L, 6L);
    }

    @Test
    void aCommitWritesOnlyTheBoxesThatItTouches() {
        create(10);
        List<ManifestReference> before = manifests();

        WritableSession session = test.session();
        session.attach(PATH, ChunkIndex.of(5, 1), inline("new"));
        session.commit(CommitRequest.of("one")).orThrow();

        List<ManifestReference> after = manifests();
        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(after.get(1)).isNotEqualTo(before.get(1));
        assertThat(after.get(2)).isEqualTo(before.get(2));
        assertThat(contents())
                .containsEntry("5/1", "new")
                .containsEntry("5/0", "5 0")
                .hasSize(30);
    }

    @Test
    void anAppendKeepsTheBoxesBefore() {
        create(8);
        List<ManifestReference> before = manifests();

        WritableSession session = test.session();
        session.updateArray(PATH, grid(9, 3));
        session.attach(PATH, ChunkIndex.of(8, 2), inline("new"));
        session.commit(CommitRequest.of("append")).orThrow();

        assertThat(manifests()).hasSize(3).startsWith(before.get(0), before.get(1));
        assertThat(extents()).endsWith("8-9 2-3");
    }

    @Test
    void shrinkingCutsTheManifestAtTheBorderAndDropsThoseOutside() {
        create(12);
        List<ManifestReference> before = manifests();
        WritableSession session = test.session();
        session.updateArray(PATH, grid(6, 2));
        session.commit(CommitRequest.of("shrink")).orThrow();

        assertThat(extents()).containsExactly("0-4 0-2", "4-6 0-2");
        assertThat(manifests()).doesNotContainAnyElementsOf(before);
        assertThat(contents()).hasSize(12).containsEntry("5/1", "5 1");
    }

    @Test
    void aBoxThatBecomesEmptyHasNoManifest() {
        create(8);
        WritableSession session = test.session();
        for (int row = 4; row < 8; row++) {
            for (int column = 0; column < 3; column++) {
                session.deleteChunk(PATH, ChunkIndex.of(row, column));
            }
        }
        session.commit(CommitRequest.of("empty")).orThrow();
        assertThat(extents()).containsExactly("0-4 0-3");
        assertThat(snapshot().manifestFiles()).hasSize(1);
    }

    @Test
    void otherRulesTakeEffectOnArraysThatACommitTouches() {
        create(10);
        Map<String, String> before = contents();
        try (Repository coarse =
                Repository.open(test.storage, options(5).withClock(test.clock).withWaiter(duration -> {}))) {
            WritableSession session = coarse.writableSession("main");
            session.attach(PATH, ChunkIndex.of(0, 0), inline("new"));
            session.commit(CommitRequest.of("coarse")).orThrow();
        }
        assertThat(extents())
                .as("box 0 is whole, box 1 holds the cut of 4-8 and 8-10")
                .containsExactly("0-5 0-3", "8-10 0-3", "5-8 0-3");
        before.put("0/0", "new");
        assertThat(contents()).isEqualTo(before);

        try (Repository none = Repository.open(
                test.storage,
                RepositoryOptions.defaults()
                        .withConfig(RepositoryConfig.DEFAULT.withSplitRules(List.of()))
                        .withClock(test.clock))) {
            WritableSession session = none.writableSession("main");
            session.attach(PATH, ChunkIndex.of(9, 2), inline("last"));
            session.commit(CommitRequest.of("one manifest")).orThrow();
        }
        assertThat(extents()).containsExactly("0-10 0-3");
        before.put("9/2", "last");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void anArrayWithoutDimensionsHasOneManifestWithoutExtents() {
        WritableSession session = test.session();
        session.createArray(
                PATH,
                ArrayMetadata.builder(DataType.UINT8, new long[0], new long[0]).build());
        session.attach(PATH, ChunkIndex.of(), inline("scalar"));
        session.commit(CommitRequest.of("scalar")).orThrow();
        assertThat(extents()).containsExactly("");
        assertThat(contents()).containsExactly(Map.entry("", "scalar"));
    }

    private Snapshot snapshot() {
        return test.repository.readonlySession(Version.branch("main")).snapshot();
    }

    private List<ManifestReference> manifests() {
        return ((NodeData.Array) snapshot().find(PATH).orElseThrow().data()).manifests();
    }

    private List<String> extents() {
        return manifests().stream()
                .map(manifest -> String.join(
                        " ",
                        manifest.extents().stream().map(SplittingTest::text).toList()))
                .toList();
    }

    private static String text(ChunkIndexRange range) {
        return range.from() + "-" + range.to();
    }

    private Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        var session = test.tip();
        session.chunkIndices(PATH)
                .forEach(chunk -> contents.put(chunk.toString(), TestRepository.text(session.readChunk(PATH, chunk))));
        return contents;
    }
}
