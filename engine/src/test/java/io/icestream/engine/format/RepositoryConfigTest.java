package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The persistent configuration: defaults, what is stored, what survives, and how manifests are split. */
class RepositoryConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void hasTheDefaultsOfTheReference() {
        RepositoryConfig config = RepositoryConfig.DEFAULT;
        assertThat(config.inlineChunkThresholdBytes()).isEqualTo(512);
        assertThat(config.compressionLevel()).isEqualTo(3);
        assertThat(config.updatesPerRepositoryObject()).isEqualTo(1000);
        assertThat(config.updateRetries())
                .isEqualTo(new UpdateRetries(100, Duration.ofMillis(50), Duration.ofSeconds(30)));
        assertThat(config.splitRules()).isEmpty();
        assertThat(config.encodeUnlessDefault()).isEmpty();
    }

    @Test
    void storesOnlyWhatWasSet() throws IOException {
        RepositoryConfig config = RepositoryConfig.DEFAULT
                .withInlineChunkThresholdBytes(64)
                .withCompressionLevel(1)
                .withSplitRules(List.of(rule(new ArrayCondition.AnyArray(), new DimensionCondition.Axis(0), 8)));
        assertThat(config.settings())
                .isEqualTo(
                        JSON.readTree(
                                "{\"inline_chunk_threshold_bytes\":64,\"compression\":{\"level\":1},\"manifest\":{\"splitting\":"
                                        + "{\"split_sizes\":[[\"any_array\",[{\"condition\":{\"Axis\":0},\"num_chunks\":8}]]]}}}"));
        assertThat(RepositoryConfig.decode(config.encode(), "test")).isEqualTo(config);
    }

    @Test
    void keepsSettingsThatItDoesNotKnow() throws IOException {
        RepositoryConfig config =
                read("{\"future\":{\"a\":[1,2]},\"compression\":{\"algorithm\":\"zstd\",\"level\":null},"
                        + "\"num_updates_per_repo_info_file\":7}");
        assertThat(config.compressionLevel()).isEqualTo(3);
        assertThat(config.updatesPerRepositoryObject()).isEqualTo(7);
        assertThat(config.withCompressionLevel(9).settings())
                .isEqualTo(
                        JSON.readTree("{\"future\":{\"a\":[1,2]},\"compression\":{\"algorithm\":\"zstd\",\"level\":9},"
                                + "\"num_updates_per_repo_info_file\":7}"));
    }

    @Test
    void refusesSettingsOfWrongTypeOrRange() {
        for (String json : List.of(
                "[]",
                "{\"inline_chunk_threshold_bytes\":-1}",
                "{\"inline_chunk_threshold_bytes\":\"1\"}",
                "{\"num_updates_per_repo_info_file\":0}",
                "{\"compression\":{\"level\":1.5}}",
                "{\"manifest\":{\"splitting\":{\"split_sizes\":[[\"any_array\"]]}}}",
                "{\"manifest\":{\"splitting\":{\"split_sizes\":[[\"all\",[]]]}}}",
                "{\"manifest\":{\"splitting\":{\"split_sizes\":[[\"any_array\",[{\"condition\":\"Any\",\"num_chunks\":0}]]]}}}",
                "{\"repo_update_retries\":{\"default\":{\"max_tries\":0}}}")) {
            assertThatThrownBy(() -> read(json)).as(json).isInstanceOf(CorruptObjectException.class);
        }
    }

    @Test
    void laterSettingsLieOnTopOfEarlierOnes() throws IOException {
        RepositoryConfig below =
                read("{\"compression\":{\"algorithm\":\"zstd\",\"level\":5},\"inline_chunk_threshold_bytes\":1,"
                        + "\"virtual_chunk_containers\":{\"a\":1}}");
        RepositoryConfig above =
                read("{\"compression\":{\"level\":7,\"algorithm\":null},\"virtual_chunk_containers\":{\"b\":2}}");
        assertThat(below.overlaidBy(above).settings())
                .isEqualTo(JSON.readTree("{\"compression\":{\"algorithm\":\"zstd\",\"level\":7},"
                        + "\"inline_chunk_threshold_bytes\":1,\"virtual_chunk_containers\":{\"b\":2}}"));
    }

    @Test
    void splitsEachDimensionByTheFirstRuleThatMatches() {
        RepositoryConfig config = RepositoryConfig.DEFAULT.withSplitRules(List.of(
                rule(new ArrayCondition.NameMatches("^split_.*"), new DimensionCondition.Axis(0), 1),
                rule(new ArrayCondition.PathMatches("/group1/"), new DimensionCondition.DimensionName("long"), 2),
                rule(new ArrayCondition.AnyArray(), new DimensionCondition.Any(), 3)));
        NodeData.Array array = array(List.of(Optional.empty(), Optional.of("longitude"), Optional.of("x")), 4, 5, 7);
        ManifestSplits splits = config.splits(NodePath.of("/group1/split_me"), array);
        assertThat(splits.edges(0)).containsExactly(0, 1, 2, 3, 4);
        assertThat(splits.edges(1)).containsExactly(0, 2, 4, 5);
        assertThat(splits.edges(2)).containsExactly(0, 3, 6, 7);
        ManifestSplits others = config.splits(NodePath.of("/other/name"), array);
        assertThat(others.edges(0)).containsExactly(0, 3, 4);
        assertThat(others.edges(1)).containsExactly(0, 3, 5);
    }

    @Test
    void conditionsCombine() {
        ArrayCondition a = new ArrayCondition.NameMatches("a");
        ArrayCondition b = new ArrayCondition.NameMatches("b");
        NodePath both = NodePath.of("/x/ab");
        NodePath one = NodePath.of("/b/a");
        assertThat(new ArrayCondition.AllOf(List.of(a, b)).matches(both)).isTrue();
        assertThat(new ArrayCondition.AllOf(List.of(a, b)).matches(one)).isFalse();
        assertThat(new ArrayCondition.AnyOf(List.of(a, b)).matches(one)).isTrue();
        assertThat(new ArrayCondition.PathMatches("^/b/").matches(one)).isTrue();
        assertThat(new ArrayCondition.PathMatches("(").matches(one)).isFalse();
        RepositoryConfig config = RepositoryConfig.DEFAULT.withSplitRules(List.of(rule(
                new ArrayCondition.AnyOf(
                        List.of(a, new ArrayCondition.AllOf(List.of(b, new ArrayCondition.PathMatches("p"))))),
                new DimensionCondition.DimensionName("n"),
                4)));
        assertThat(RepositoryConfig.decode(config.encode(), "test").splitRules())
                .isEqualTo(config.splitRules());
    }

    @Test
    void readsWhatToFetchAheadAsTheReferenceWritesIt() throws IOException {
        RepositoryConfig config = read("{\"manifest\":{\"preload\":{\"max_total_refs\":5,\"max_arrays_to_scan\":null,"
                + "\"preload_if\":{\"or\":[{\"name_matches\":{\"regex\":\"^x$\"}},{\"and\":[\"true\",\"false\"]},"
                + "{\"num_refs\":{\"from\":{\"Included\":3},\"to\":{\"Excluded\":10}}}]}}}}");
        ManifestPreload preload = config.manifestPreload().orElseThrow();

        assertThat(preload.maxReferences()).isEqualTo(5);
        assertThat(preload.maxArrays()).isEqualTo(50);
        assertThat(preload.condition().matches(NodePath.of("/a/x"), 100)).isTrue();
        assertThat(preload.condition().matches(NodePath.of("/a/y"), 2)).isFalse();
        assertThat(preload.condition().matches(NodePath.of("/a/y"), 3)).isTrue();
        assertThat(preload.condition().matches(NodePath.of("/a/y"), 9)).isTrue();
        assertThat(preload.condition().matches(NodePath.of("/a/y"), 10)).isFalse();
    }

    @Test
    void keepsWhatToFetchAhead() {
        ManifestPreload preload = new ManifestPreload(
                new PreloadCondition.AllOf(List.of(
                        new PreloadCondition.Arrays(new ArrayCondition.PathMatches("p")),
                        new PreloadCondition.References(0, Long.MAX_VALUE),
                        new PreloadCondition.AnyOf(
                                List.of(new PreloadCondition.Constant(true), new PreloadCondition.References(2, 7))))),
                100,
                3);
        RepositoryConfig config = RepositoryConfig.DEFAULT.withManifestPreload(preload);

        assertThat(RepositoryConfig.decode(config.encode(), "test").manifestPreload())
                .contains(preload);
        assertThat(RepositoryConfig.DEFAULT.manifestPreload()).isEmpty();
    }

    @Test
    void everyChunkLiesInTheBoxThatItsNumberNames() {
        RepositoryConfig config = RepositoryConfig.DEFAULT.withSplitRules(List.of(new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(
                        new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), 2),
                        new SplitRule.DimensionSplit(new DimensionCondition.Axis(1), 3)))));
        ManifestSplits splits = config.splits(NodePath.of("/a"), array(List.of(), 5, 7));
        assertThat(splits.boxCount()).isEqualTo(9);
        for (int i = 0; i < 5; i++) {
            for (int k = 0; k < 7; k++) {
                ChunkIndex index = ChunkIndex.of(i, k);
                long box = splits.boxOf(index).orElseThrow();
                assertThat(new ManifestReference(new ManifestId(0, 0), splits.extents(box)).covers(index))
                        .isTrue();
            }
        }
        assertThat(splits.boxOf(ChunkIndex.of(5, 0))).isEmpty();
        assertThat(splits.boxOf(ChunkIndex.of(1))).isEmpty();
        assertThat(config.splits(NodePath.of("/a"), array(List.of())).boxCount())
                .isEqualTo(1);
        assertThat(config.splits(NodePath.of("/a"), array(List.of(), 0, 7)).boxCount())
                .isZero();
    }

    @Test
    @UsesShared
    void readsTheConfigurationOfReferenceRepositories() throws IOException {
        Path repository = SharedFolder.path("fixtures", "icechunk", "split-repo-v2-migrated", "repo");
        RepositoryInfo info =
                IcechunkFile.decodeRepositoryInfo(ByteBuffer.wrap(Files.readAllBytes(repository)), "repo");
        RepositoryConfig config = RepositoryConfig.of(info);
        assertThat(config.splitRules())
                .containsExactly(new SplitRule(
                        new ArrayCondition.NameMatches("split_*"),
                        List.of(
                                new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), 1),
                                new SplitRule.DimensionSplit(new DimensionCondition.DimensionName("longitude"), 1),
                                new SplitRule.DimensionSplit(new DimensionCondition.Any(), 3))));
        assertThat(RepositoryConfig.decode(config.encode(), "again")).isEqualTo(config);
    }

    private static RepositoryConfig read(String json) throws JsonProcessingException {
        return RepositoryConfig.decode(FlexBuffers.encode(JSON.readTree(json)), "test");
    }

    private static SplitRule rule(ArrayCondition arrays, DimensionCondition dimension, long chunks) {
        return new SplitRule(arrays, List.of(new SplitRule.DimensionSplit(dimension, chunks)));
    }

    private static NodeData.Array array(List<Optional<String>> names, long... chunkCounts) {
        List<DimensionShape> shape = Arrays.stream(chunkCounts)
                .mapToObj(count -> new DimensionShape(count * 10, count))
                .toList();
        return new NodeData.Array(shape, names.isEmpty() ? Optional.empty() : Optional.of(names), List.of());
    }
}
