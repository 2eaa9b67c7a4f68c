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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads what zarr-python wrote; see zarr/generate.py among the test resources. */
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
        List<Case> cases = new ArrayList<>();
        for (JsonNode node : document().get("cases")) {
            cases.add(
                    new Case(node.get("name").asText(), node.get("metadata"), node.get("chunks"), node.get("values")));
        }
        return cases.stream();
    }

    private static JsonNode document() throws IOException {
        try (InputStream input = ZarrPythonFixturesTest.class.getResourceAsStream("/zarr/zarr-python.json")) {
            return JSON.readTree(input);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsEveryElement(Case fixture) throws IOException {
        ArrayMetadata metadata = fixture.parsed();

        NdArray whole = readWhole(metadata, fixture.chunks);

        if (metadata.dataType() == DataType.STRING) {
            assertThat(whole.strings()).containsExactly(JSON.treeToValue(fixture.values, String[].class));
        } else {
            assertThat(Samples.bits(whole)).isEqualTo(Base64.getDecoder().decode(fixture.values.asText()));
        }
    }

    private static NdArray readWhole(ArrayMetadata metadata, JsonNode chunks) {
        Region everything = Region.whole(metadata.shape());
        NdArray whole = NdArray.filled(metadata.fillValue(), Shapes.toInts(metadata.shape()));
        metadata.chunkGrid().overlaps(everything).forEach(overlap -> {
            JsonNode stored = chunks.get(metadata.chunkKey(overlap.chunkIndex()));
            if (stored != null) {
                NdArray chunk = metadata.decodeChunk(bytes(stored));
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
                .allMatch(codec -> !(codec instanceof ZstdCodec || codec instanceof GzipCodec));

        for (JsonNode stored : fixture.chunks) {
            NdArray chunk = metadata.decodeChunk(bytes(stored));
            ByteBuffer encoded = metadata.encodeChunk(chunk);
            assertThat(Samples.bits(metadata.decodeChunk(encoded))).isEqualTo(Samples.bits(chunk));
            if (reproducible) {
                assertThat(encoded).isEqualTo(bytes(stored));
            }
        }
    }

    @Test
    void readsGroups() throws IOException {
        JsonNode groups = document().get("groups");

        GroupMetadata plain = GroupMetadata.parse(JSON.writeValueAsBytes(groups.get("plain")));
        GroupMetadata consolidated = GroupMetadata.parse(JSON.writeValueAsBytes(groups.get("consolidated")));

        assertThat(plain.attributes().toString()).isEqualTo("{\"title\":\"root\",\"n\":1}");
        assertThat(JSON.readTree(consolidated.toJson())).isEqualTo(groups.get("consolidated"));
    }
}
