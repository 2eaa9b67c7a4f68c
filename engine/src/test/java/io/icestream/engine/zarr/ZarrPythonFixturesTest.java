package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads what zarr-python wrote; see zarr/generate.py and zarr/generate_codecs.py among the test resources. */
class ZarrPythonFixturesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    record Case(String name, JsonNode metadata, JsonNode chunks, JsonNode values) {
        ArrayMetadata parsed() {
            return ArrayMetadata.parse(metadata.toString().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        return Stream.concat(cases(document("zarr-python.json")), cases(document("zarr-python-codecs.json.gz")));
    }

    private static Stream<Case> cases(JsonNode document) {
        List<Case> cases = new ArrayList<>();
        for (JsonNode node : document.get("cases")) {
            cases.add(
                    new Case(node.get("name").asText(), node.get("metadata"), node.get("chunks"), node.get("values")));
        }
        return cases.stream();
    }

    private static JsonNode document(String name) throws IOException {
        try (InputStream input =
                Objects.requireNonNull(ZarrPythonFixturesTest.class.getResourceAsStream("/zarr/" + name))) {
            return JSON.readTree(name.endsWith(".gz") ? new GZIPInputStream(input) : input);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsEveryElement(Case fixture) throws IOException {
        ArrayMetadata metadata = fixture.parsed();

        NdArray whole = readWhole(metadata, fixture.chunks);

        if (metadata.dataType().equals(DataType.STRING)) {
            assertThat(whole.strings()).containsExactly(JSON.treeToValue(fixture.values, String[].class));
        } else if (metadata.dataType().equals(DataType.VARIABLE_LENGTH_BYTES)) {
            assertThat(whole.byteStrings()).isDeepEqualTo(JSON.treeToValue(fixture.values, byte[][].class));
        } else {
            assertThat(Samples.bits(whole)).isEqualTo(Base64.getDecoder().decode(fixture.values.asText()));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void writesTheSameMetadata(Case fixture) throws IOException {
        ArrayMetadata metadata = fixture.parsed();

        ArrayMetadata built = ArrayMetadata.builder(metadata.dataType(), metadata.chunkGrid())
                .fillValue(metadata.fillValue())
                .codecs(metadata.codecs())
                .chunkKeyEncoding(metadata.chunkKeyEncoding())
                .build();

        JsonNode written = JSON.readTree(built.toJson());
        for (String key : List.of("shape", "data_type", "chunk_grid", "chunk_key_encoding")) {
            assertThat(written.get(key)).as(key).isEqualTo(fixture.metadata.get(key));
        }
        assertThat(written.get("codecs"))
                .isEqualTo(
                        JSON.readTree(fixture.metadata.get("codecs").toString().replace(",\"configuration\":{}", "")));
        assertThat(FillValue.parse(metadata.dataType(), written.get("fill_value")))
                .isEqualTo(metadata.fillValue());
        if (fixture.metadata.get("fill_value").isNumber()
                == written.get("fill_value").isIntegralNumber()) {
            assertThat(written.get("fill_value"))
                    .hasToString(fixture.metadata.get("fill_value").toString());
        }
    }

    private static NdArray readWhole(ArrayMetadata metadata, JsonNode chunks) {
        Region everything = Region.whole(metadata.shape());
        NdArray whole = NdArray.filled(metadata.fillValue(), Shapes.toInts(metadata.shape()));
        metadata.chunkGrid().overlaps(everything).forEach(overlap -> {
            JsonNode stored = chunks.get(metadata.chunkKey(overlap.chunkIndex()));
            if (stored != null) {
                NdArray chunk = metadata.decodeChunk(overlap.chunkIndex(), bytes(stored));
                chunk.copyRegion(overlap.chunkOrigin(), whole, overlap.regionOrigin(), overlap.lengths());
            }
        });
        return whole;
    }

    private static ByteBuffer bytes(JsonNode base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64.asText())).asReadOnlyBuffer();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keepsTheWholeDocument(Case fixture) throws IOException {
        ArrayMetadata metadata = fixture.parsed();

        assertThat(JSON.readTree(metadata.toJson())).isEqualTo(fixture.metadata);
        assertThat(ArrayMetadata.parse(metadata.toJson())).isEqualTo(metadata);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void encodesUncompressedChunksToTheSameBytes(Case fixture) {
        ArrayMetadata metadata = fixture.parsed();
        boolean reproducible = metadata.codecs().codecs().stream()
                .allMatch(codec -> codec instanceof ArrayToArrayCodec
                        || codec instanceof Crc32cCodec
                        || (codec instanceof ArrayToBytesCodec && !(codec instanceof ShardingCodec)));

        ChunkGrid.indices(Region.whole(metadata.chunkGrid().chunkCounts())).forEach(index -> {
            JsonNode stored = fixture.chunks.get(metadata.chunkKey(index));
            if (stored != null) {
                NdArray chunk = metadata.decodeChunk(index, bytes(stored));
                ByteBuffer encoded = metadata.encodeChunk(index, chunk);
                assertThat(Samples.bits(metadata.decodeChunk(index, encoded))).isEqualTo(Samples.bits(chunk));
                if (reproducible) {
                    assertThat(encoded).isEqualTo(bytes(stored));
                }
            }
        });
    }

    @Test
    void readsGroups() throws IOException {
        JsonNode groups = document("zarr-python.json").get("groups");

        GroupMetadata plain = GroupMetadata.parse(JSON.writeValueAsBytes(groups.get("plain")));
        GroupMetadata consolidated = GroupMetadata.parse(JSON.writeValueAsBytes(groups.get("consolidated")));

        assertThat(plain.attributes().toString()).isEqualTo("{\"title\":\"root\",\"n\":1}");
        assertThat(JSON.readTree(consolidated.toJson())).isEqualTo(groups.get("consolidated"));
    }
}
