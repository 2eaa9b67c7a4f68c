package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration of version 1: choices as tags, scalars as YAML 1.2 has them, unknown settings, and damage. */
class ConfigYamlTest {
    private static final String FULL = """
            inline_chunk_threshold_bytes: 12
            compression: null
            virtual_chunk_containers:
              s3://bucket/:
                name: one
                url_prefix: s3://bucket/
                store: !s3_compatible
                  region: us-east-1
                  endpoint_url: http://localhost:4200
                  anonymous: false
                  allow_http: true
              file:
                url_prefix: 'file:///tmp/'
                store: !local_file_system ''
              gcs:
                store: !gcs {}
            manifest:
              preload:
                max_total_refs: 7
                preload_if: !and
                - !name_matches
                  regex: "^t.*$"
                - !num_refs
                  from: !Included 1
                  to: Unbounded
                - true
              splitting:
                split_sizes:
                - - !or
                    - !path_matches {regex: on}
                    - any_array
                  - - condition: !Axis 0
                      num_chunks: 1
                    - condition: !DimensionName longitude
                      num_chunks: 12
                    - condition: Any
                      num_chunks: 3
            later: !choice
              deep: [!other 1, {plain: 2.5}]
            """;

    @Test
    void readsTagsAsChoices() throws JsonProcessingException {
        assertThat(ConfigYaml.decode(bytes(FULL), "config.yaml")).isEqualTo(new ObjectMapper().readTree("""
                {"inline_chunk_threshold_bytes": 12, "compression": null,
                 "virtual_chunk_containers": {
                  "s3://bucket/": {"name": "one", "url_prefix": "s3://bucket/", "store": {"s3_compatible": {
                   "region": "us-east-1", "endpoint_url": "http://localhost:4200", "anonymous": false, "allow_http": true}}},
                  "file": {"url_prefix": "file:///tmp/", "store": {"local_file_system": ""}},
                  "gcs": {"store": {"gcs": {}}}},
                 "manifest": {
                  "preload": {"max_total_refs": 7, "preload_if": {"and": [{"name_matches": {"regex": "^t.*$"}},
                   {"num_refs": {"from": {"Included": 1}, "to": "Unbounded"}}, true]}},
                  "splitting": {"split_sizes": [[
                   {"or": [{"path_matches": {"regex": "on"}}, "any_array"]},
                   [{"condition": {"Axis": 0}, "num_chunks": 1}, {"condition": {"DimensionName": "longitude"}, "num_chunks": 12},
                    {"condition": "Any", "num_chunks": 3}]]]}},
                 "later": {"!choice": {"deep": [{"!other": 1}, {"plain": 2.5}]}}}"""));
    }

    @Test
    void writesWhatItReads() {
        var settings = ConfigYaml.decode(bytes(FULL), "config.yaml");
        String written = StandardCharsets.UTF_8
                .decode(ConfigYaml.encode(settings).asByteBuffer())
                .toString();

        assertThat(ConfigYaml.decode(bytes(written), "again")).isEqualTo(settings);
        assertThat(written)
                .contains("store: !s3_compatible\n", "condition: !Axis 0\n", "later: !choice\n", "!other 1\n");
    }

    @Test
    void aConfigurationIsTheSameInBothVersions() {
        RepositoryConfig config = RepositoryConfig.DEFAULT
                .withInlineChunkThresholdBytes(9)
                .withSplitRules(List.of(new SplitRule(
                        new ArrayCondition.NameMatches("a.*"),
                        List.of(
                                new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), 4),
                                new SplitRule.DimensionSplit(new DimensionCondition.Any(), 5)))));

        RepositoryConfig read = RepositoryConfig.decodeYaml(config.encodeYaml(), "config.yaml");
        assertThat(read).isEqualTo(config);
        assertThat(read.splitRules()).isEqualTo(config.splitRules());
        assertThat(RepositoryConfig.decodeYaml(RepositoryConfig.DEFAULT.encodeYaml(), "x"))
                .isEqualTo(RepositoryConfig.DEFAULT);
    }

    @Test
    void unknownTagsBecomeChoicesOfVersion2() {
        RepositoryConfig config = RepositoryConfig.decodeYaml(bytes("later: !choice 1\nother: on\n"), "config.yaml");

        assertThat(RepositoryConfig.decode(config.encode(), "repo").settings().toString())
                .isEqualTo("{\"later\":{\"choice\":1},\"other\":\"on\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "null\n", "{}\n"})
    void nothingSetIsTheDefault(String text) {
        assertThat(RepositoryConfig.decodeYaml(bytes(text), "x")).isEqualTo(RepositoryConfig.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: [",
                "- 1\n",
                "text",
                "a: 1\na: 2\n",
                "a: &x [*x]\n",
                "? [1]\n: 2\n",
                "inline_chunk_threshold_bytes: many\n"
            })
    void refusesWhatIsNoConfiguration(String text) {
        assertThatThrownBy(() -> RepositoryConfig.decodeYaml(bytes(text), "config.yaml"))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("config.yaml");
    }

    @Test
    void refusesAliasesThatDescribeFarMoreThanTheFileHolds() {
        StringBuilder bomb = new StringBuilder("a: &a [1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (char name = 'b'; name < 'i'; name++) {
            String before = "*" + (char) (name - 1);
            bomb.append(name).append(": &").append(name).append(" [");
            bomb.append(String.join(", ", Collections.nCopies(8, before))).append("]\n");
        }
        assertThatThrownBy(() -> RepositoryConfig.decodeYaml(bytes(bomb.toString()), "config.yaml"))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("config.yaml");
    }

    @Test
    void refusesToWriteAChoiceThatNoTagCanName() {
        var settings = ConfigYaml.decode(bytes("manifest: {preload: {preload_if: {'a b': 1}}}"), "x");

        assertThatThrownBy(() -> ConfigYaml.encode(settings)).isInstanceOf(IllegalArgumentException.class);
    }

    @UsesShared
    @ParameterizedTest
    @ValueSource(strings = {"test-repo-v1", "split-repo-v1"})
    void readsTheFilesOfTheReference(String name) throws IOException {
        byte[] file = Files.readAllBytes(
                SharedFolder.path().resolve("fixtures/icechunk").resolve(name).resolve("config.yaml"));
        RepositoryConfig config = RepositoryConfig.decodeYaml(Bytes.wrap(file), "config.yaml");

        assertThat(config.inlineChunkThresholdBytes()).isEqualTo(12);
        assertThat(config.splitRules()).hasSize(name.startsWith("split") ? 1 : 0);
        assertThat(RepositoryConfig.decodeYaml(config.encodeYaml(), "again")).isEqualTo(config);
        if (name.startsWith("test")) {
            assertThat(config.settings()
                            .at("/virtual_chunk_containers/s3/store/s3_compatible/endpoint_url")
                            .asText())
                    .isEqualTo("http://localhost:4200");
        }
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
