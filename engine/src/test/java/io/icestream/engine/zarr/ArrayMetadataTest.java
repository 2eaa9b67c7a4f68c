package io.icestream.engine.zarr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArrayMetadataTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The example of the specification. */
    private static final String SPECIFICATION = """
            {
                "zarr_format": 3,
                "node_type": "array",
                "shape": [10000, 1000],
                "dimension_names": ["rows", "columns"],
                "data_type": "float64",
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1000, 100]}},
                "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
                "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
                "fill_value": "NaN",
                "attributes": {"foo": 42, "bar": "apples", "baz": [1, 2, 3, 4]}
            }
            """;

    private static ArrayMetadata parse(String json) {
        return ArrayMetadata.parse(json.getBytes(UTF_8));
    }

    private static ArrayMetadata with(String key, String value) throws JsonProcessingException {
        ObjectNode document = (ObjectNode) JSON.readTree(SPECIFICATION);
        return parse(document.set(key, JSON.readTree(value)).toString());
    }

    @Test
    void readsTheExampleOfTheSpecification() {
        ArrayMetadata metadata = parse(SPECIFICATION);

        assertThat(metadata.shape()).containsExactly(10000, 1000);
        assertThat(metadata.chunkShape()).containsExactly(1000, 100);
        assertThat(metadata.chunkCounts()).containsExactly(10, 10);
        assertThat(metadata.dataType()).isEqualTo(DataType.FLOAT64);
        assertThat(metadata.fillValue()).isEqualTo(FillValue.nan(DataType.FLOAT64));
        assertThat(metadata.codecs()).isEqualTo(CodecChain.of(Codec.bytes(Endian.LITTLE)));
        assertThat(metadata.dimensionNames()).containsExactly(Optional.of("rows"), Optional.of("columns"));
        assertThat(metadata.attributes()).hasToString("{\"foo\":42,\"bar\":\"apples\",\"baz\":[1,2,3,4]}");
        assertThat(metadata.chunkKey(1, 23)).isEqualTo("c/1/23");
    }

    @Test
    void builtEqualsParsed() throws JsonProcessingException {
        ArrayMetadata built = ArrayMetadata.builder(DataType.FLOAT64, new long[] {10000, 1000}, new long[] {1000, 100})
                .fillValue(Double.NaN)
                .codecs(CodecChain.uncompressed(DataType.FLOAT64))
                .dimensionNames("rows", "columns")
                .attributes((ObjectNode) JSON.readTree("{\"foo\": 42, \"bar\": \"apples\", \"baz\": [1, 2, 3, 4]}"))
                .build();

        assertThat(built).isEqualTo(parse(SPECIFICATION));
        assertThat(ArrayMetadata.parse(built.toJson())).isEqualTo(built).hasSameHashCodeAs(built);
    }

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void buildsEveryDataTypeWithEveryChain(DataType type) {
        for (Map.Entry<String, CodecChain> entry : Samples.chains(type).entrySet()) {
            ArrayMetadata built = ArrayMetadata.builder(type, new long[] {3}, new long[] {2})
                    .codecs(entry.getValue())
                    .build();
            ArrayMetadata parsed = ArrayMetadata.parse(built.toJson());
            assertThat(parsed).isEqualTo(built);
            assertThat(parsed.codecs()).as(entry.getKey()).isEqualTo(entry.getValue());
            assertThat(parsed.fillValue()).isEqualTo(FillValue.usual(type));
            assertThat(parsed.hasDimensionNames()).isFalse();
            assertThat(parsed.dimensionNames()).containsExactly(Optional.empty());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "zarr_format | 2 | $.zarr_format: expected 3, found 2",
                "node_type | \"group\" | $.node_type: expected \"array\", found \"group\"",
                "shape | [1, -1] | $.shape[1]: expected a whole number from 0",
                "shape | [1, 1.5] | $.shape[1]: expected a whole number from 0",
                "shape | [1, 18446744073709551615] | $.shape[1]: expected a whole number from 0",
                "shape | 5 | $.shape: expected an array, found 5",
                "shape | [1] | $.chunk_grid.configuration.chunk_shape: Invalid chunk shape [1000, 100]",
                "data_type | 5 | $.data_type: expected an object with a name, or a name, found 5",
                "data_type | {} | $.data_type.name: expected a string, found nothing",
                "chunk_grid | {\"name\": \"regular\"} | $.chunk_grid.configuration.chunk_shape: expected an array, found nothing",
                "chunk_grid | {\"name\": \"regular\", \"configuration\": 1} | $.chunk_grid.configuration: expected an object",
                "chunk_grid | {\"name\": \"regular\", \"configuration\": {\"chunk_shape\": [0, 1]}} | each length must be at least 1",
                "chunk_grid | {\"name\": \"regular\", \"configuration\": {\"chunk_shape\": [1, 1], \"x\": 1}} | configuration.x: unknown configuration",
                "chunk_key_encoding | {\"name\": \"v2\", \"configuration\": {\"separator\": \"-\"}} | $.chunk_key_encoding.configuration.separator: expected",
                "fill_value | \"nothing\" | $.fill_value: expected a number",
                "codecs | [] | $.codecs: []: the first codec, not counting transpose, must go from array to bytes",
                "codecs | [{\"name\": \"zstd\"}] | $.codecs: [zstd]: the first codec",
                "codecs | [{\"name\": \"bytes\", \"configuration\": {\"endian\": \"middle\"}}] | $.codecs[0].configuration.endian: expected",
                "codecs | [\"bytes\"] | $.codecs: codec bytes needs the configuration endian for data type float64",
                "codecs | [\"vlen-utf8\"] | $.codecs: codec vlen-utf8 cannot encode data type float64",
                "codecs | [{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}, {\"name\":\"zstd\",\"configuration\":{\"level\":23}}] | $.codecs[1].configuration.level: expected",
                "codecs | [{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}, {\"name\":\"zstd\",\"configuration\":{\"checksum\":1}}] | $.codecs[1].configuration.checksum: expected true or false",
                "codecs | [{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}, \"gzip\"] | $.codecs[1].configuration.level: expected a whole number from 0 to 9, found nothing",
                "codecs | [{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}, {\"name\":\"crc32c\",\"configuration\":{\"a\":1}}] | $.codecs[1].configuration.a: unknown",
                "data_type | {\"name\": \"raw_bytes\", \"configuration\": {\"length_bytes\": 0}} | $.data_type.configuration.length_bytes: expected",
                "data_type | {\"name\": \"raw_bytes\", \"configuration\": {\"length_bytes\": 1048577}} | $.data_type: Invalid size of data type raw_bytes",
                "data_type | \"r12\" | $.data_type: Invalid data type r12: the number must be a multiple of 8",
                "data_type | {\"name\": \"fixed_length_utf32\", \"configuration\": {\"length_bytes\": 6}} | expected a multiple of 4, found 6",
                "data_type | {\"name\": \"numpy.datetime64\", \"configuration\": {\"unit\": \"fortnight\", \"scale_factor\": 1}} | $.data_type.configuration.unit: expected a unit of time",
                "data_type | {\"name\": \"numpy.datetime64\", \"configuration\": {\"unit\": \"s\", \"scale_factor\": 0}} | scale_factor: expected",
                "data_type | {\"name\": \"struct\", \"configuration\": {\"fields\": []}} | $.data_type: Invalid size of data type struct",
                "data_type | {\"name\": \"struct\", \"configuration\": {\"fields\": [{\"name\": \"a\", \"data_type\": \"string\"}]}} | Invalid field 'a'",
                "data_type | {\"name\": \"struct\", \"configuration\": {\"fields\": [[\"a\", \"int8\"], [\"a\", \"int8\"]]}} | Invalid field 'a'",
                "chunk_grid | {\"name\": \"rectilinear\"} | $.chunk_grid.configuration.kind: expected a string, found nothing",
                "chunk_grid | {\"name\": \"rectilinear\", \"configuration\": {\"kind\": \"inline\", \"chunk_shapes\": [5]}} | the array's shape [10000, 1000] has another rank",
                "chunk_grid | {\"name\": \"rectilinear\", \"configuration\": {\"kind\": \"inline\", \"chunk_shapes\": [5, [1, [0, 999]]]}} | $.chunk_grid.configuration.chunk_shapes[1]: Invalid chunk length 0",
                "chunk_grid | {\"name\": \"rectilinear\", \"configuration\": {\"kind\": \"inline\", \"chunk_shapes\": [5, [1, [2, 499]]]}} | they do not reach to the end",
                "chunk_grid | {\"name\": \"rectilinear\", \"configuration\": {\"kind\": \"inline\", \"chunk_shapes\": [5, [[9223372036854775807, 2]]]}} | their sum exceeds the range of a long",
                "chunk_grid | {\"name\": \"rectilinear\", \"configuration\": {\"kind\": \"inline\", \"chunk_shapes\": [5, [[1, 4294967296]]]}} | expected a number of chunks up to 4294967295",
                "chunk_grid | {\"name\": \"rectilinear\", \"configuration\": {\"kind\": \"inline\", \"chunk_shapes\": [5, []]}} | there must be at least one",
                "codecs | [{\"name\": \"transpose\", \"configuration\": {\"order\": [0, 0]}}, \"bytes\"] | $.codecs[0].configuration.order: Invalid order [0, 0]",
                "codecs | [{\"name\": \"transpose\", \"configuration\": {\"order\": [0]}}, {\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}] | $.codecs: codec transpose has an order of 1 dimensions, the chunk has 2",
                "codecs | [{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}, {\"name\":\"blosc\",\"configuration\":{\"cname\":\"snappy\",\"clevel\":1}}] | $.codecs[1].configuration.cname: expected one of blosclz, lz4",
                "codecs | [{\"name\":\"sharding_indexed\",\"configuration\":{\"chunk_shape\":[3,100],\"codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}],\"index_codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}]}}] | is no multiple of [3, 100]",
                "codecs | [{\"name\":\"sharding_indexed\",\"configuration\":{\"chunk_shape\":[10,100],\"codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}],\"index_codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}},{\"name\":\"gzip\",\"configuration\":{\"level\":1}}]}}] | the size of the index must not depend",
                "codecs | [{\"name\":\"sharding_indexed\",\"configuration\":{\"chunk_shape\":[10,100],\"codecs\":[],\"index_codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}]}}] | $.codecs[0].configuration.codecs: []: the first codec",
                "dimension_names | [\"x\"] | $.dimension_names: expected one entry for each of 2 dimensions, found 1",
                "dimension_names | [\"x\", 1] | $.dimension_names[1]: expected a string, found 1",
                "attributes | [] | $.attributes: expected an object",
            })
    void namesThePlaceOfAnInvalidValue(String key, String value, String message) {
        assertThatThrownBy(() -> with(key, value))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "shape",
        "data_type",
        "chunk_grid",
        "chunk_key_encoding",
        "fill_value",
        "codecs",
        "zarr_format",
        "node_type"
    })
    void refusesAMissingKey(String key) throws JsonProcessingException {
        ObjectNode document = (ObjectNode) JSON.readTree(SPECIFICATION);
        document.remove(key);
        assertThatThrownBy(() -> parse(document.toString()))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("$." + key)
                .hasMessageContaining("found nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "chunk_grid | {\"name\": \"triangular\"} | Unsupported Zarr chunk grid 'triangular' at $.chunk_grid",
                "chunk_key_encoding | \"fanout\" | Unsupported Zarr chunk key encoding 'fanout' at $.chunk_key_encoding",
                "storage_transformers | [{\"name\": \"a\"}] | Unsupported Zarr storage transformer 'a' at $.storage_transformers[0]",
                "surprise | 1 | Unsupported Zarr metadata key 'surprise' at $.surprise",
                "surprise | {\"must_understand\": true} | Unsupported Zarr metadata key 'surprise' at $.surprise",
                "surprise | {\"must_understand\": \"false\"} | Unsupported Zarr metadata key 'surprise' at $.surprise",
            })
    void refusesByNameWhatItDoesNotKnow(String key, String value, String message) {
        assertThatThrownBy(() -> with(key, value))
                .isInstanceOf(UnsupportedExtensionException.class)
                .hasMessage(message);
    }

    @Test
    void keepsWhatItNeedNotUnderstand() throws JsonProcessingException {
        ArrayMetadata metadata = with("surprise", "{\"must_understand\": false, \"a\": [1, null]}");

        ArrayMetadata changed = metadata.withShape(5, 5).withAttributes(JSON.createObjectNode());

        assertThat(JSON.readTree(new String(changed.toJson(), UTF_8)).get("surprise"))
                .hasToString("{\"must_understand\":false,\"a\":[1,null]}");
        assertThat(with("storage_transformers", "[]").shape()).containsExactly(10000, 1000);
    }

    @Test
    void showsArraysWhoseCodecsOrDataTypeAreNotHere() throws JsonProcessingException {
        ArrayMetadata metadata = with(
                "codecs",
                "[{\"name\": \"turn\", \"configuration\": {\"order\": [1, 0]}}, \"bytes\", {\"name\": \"squeeze\"}]");
        assertThat(metadata.codecs().unsupportedCodec()).contains("turn");
        assertThat(metadata.withShape(1, 1).codecs())
                .hasToString(metadata.codecs().toString());
        assertThatThrownBy(() -> metadata.decodeChunk(ByteBuffer.allocate(0)))
                .isInstanceOf(UnsupportedExtensionException.class)
                .hasMessage("Unsupported Zarr codec 'turn' at $.codecs[0]");
        assertThatThrownBy(() -> metadata.encodeChunk(metadata.fillChunk()))
                .isInstanceOf(UnsupportedExtensionException.class);

        ArrayMetadata dated = with("data_type", "{\"name\": \"calendar\", \"configuration\": {\"unit\": \"s\"}}");
        assertThat(dated.dataTypeName()).isEqualTo("calendar");
        assertThat(dated.chunkCounts()).containsExactly(10, 10);
        assertThatThrownBy(dated::dataType)
                .isInstanceOf(UnsupportedExtensionException.class)
                .hasMessage("Unsupported Zarr data type 'calendar' at $.data_type");
        assertThatThrownBy(dated::fillValue).isInstanceOf(UnsupportedExtensionException.class);
    }

    @Test
    void passesOverCodecsThatMayBeIgnored() throws JsonProcessingException {
        ArrayMetadata metadata = with(
                "codecs",
                "[{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}, {\"name\": \"hint\", \"must_understand\": false}]");
        assertThat(metadata.encodeChunk(metadata.fillChunk()).remaining()).isEqualTo(800_000);
        assertThat(metadata.codecs().toJson()).hasSize(2);
    }

    @Test
    void takesShortHandNamesAndNullDimensionNames() throws JsonProcessingException {
        ArrayMetadata metadata = with("dimension_names", "[null, \"x\"]");
        assertThat(metadata.dimensionNames()).containsExactly(Optional.empty(), Optional.of("x"));
        assertThat(with("chunk_key_encoding", "\"default\"").chunkKey(1, 2)).isEqualTo("c/1/2");
        assertThat(with("chunk_key_encoding", "\"v2\"").chunkKey(1, 2)).isEqualTo("1.2");
        assertThat(with("data_type", "{\"name\": \"float64\"}").dataType()).isEqualTo(DataType.FLOAT64);
    }

    @Test
    void makesKeysAsTheSpecificationSays() {
        assertThat(new ChunkKeyEncoding(ChunkKeyEncoding.Scheme.DEFAULT, '/').chunkKey(1, 23, 45))
                .isEqualTo("c/1/23/45");
        assertThat(new ChunkKeyEncoding(ChunkKeyEncoding.Scheme.DEFAULT, '.').chunkKey(1, 23, 45))
                .isEqualTo("c.1.23.45");
        assertThat(new ChunkKeyEncoding(ChunkKeyEncoding.Scheme.DEFAULT, '/').chunkKey())
                .isEqualTo("c");
        assertThat(new ChunkKeyEncoding(ChunkKeyEncoding.Scheme.V2, '.').chunkKey(1, 23, 45))
                .isEqualTo("1.23.45");
        assertThat(new ChunkKeyEncoding(ChunkKeyEncoding.Scheme.V2, '/').chunkKey(1, 23, 45))
                .isEqualTo("1/23/45");
        assertThat(new ChunkKeyEncoding(ChunkKeyEncoding.Scheme.V2, '.').chunkKey())
                .isEqualTo("0");
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkKeyEncoding(ChunkKeyEncoding.Scheme.V2, '-'));
    }

    @Test
    void keepsAttributesExactly() throws JsonProcessingException {
        String attributes =
                "{\"z\":1,\"a\":{\"x\":[-0.0,1.5,1e300,9007199254740993,123456789012345678901234567890,null,true,\"\\u0000ü🧊\"]},"
                        + "\"e\":{}}";
        ObjectNode expected = (ObjectNode) JSON.readTree(attributes);
        ArrayMetadata metadata = parse(SPECIFICATION).withAttributes(expected);

        ObjectNode actual =
                ArrayMetadata.parse(metadata.withShape(1, 1).toJson()).attributes();

        assertThat(actual).isEqualTo(expected);
        assertThat(actual.toString()).isEqualTo(expected.toString());
        expected.put("later", 1);
        metadata.attributes().put("later", 1);
        assertThat(metadata.attributes().has("later")).isFalse();
    }

    @Test
    void keepsBareNanOfPythonWritersButWritesNone() {
        ArrayMetadata metadata = parse(SPECIFICATION.replace("42", "NaN"));
        assertThat(new String(metadata.withShape(1, 1).toJson(), UTF_8)).contains("\"foo\":NaN");
        ObjectNode attributes = JSON.createObjectNode();
        attributes.putArray("a").add(1).add(Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.withAttributes(attributes))
                .withMessage("Invalid number NaN at attributes.a[1]: JSON has no form for it; use a string");
    }

    @Test
    void refusesWhatIsNoJsonObject() {
        for (String document : new String[] {"", "{", "[]", "3", "{\"a\":1,\"a\":2}", "{} {}", "[".repeat(100_000)}) {
            assertThatThrownBy(() -> parse(document)).isInstanceOf(InvalidMetadataException.class);
        }
        assertThatThrownBy(
                        () -> ArrayMetadata.parse(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'}))
                .isInstanceOf(InvalidMetadataException.class);
    }

    @Test
    void refusesChunksOfAnotherShapeOrType() {
        ArrayMetadata metadata = ArrayMetadata.builder(DataType.INT32, new long[] {5}, new long[] {2})
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.encodeChunk(NdArray.of(new int[1], 1)))
                .withMessage("Chunk int32[1] does not fit an array of int32, shape [5] in chunks of [2]");
        assertThatIllegalArgumentException().isThrownBy(() -> metadata.encodeChunk(NdArray.of(new float[2], 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> metadata.withShape(1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> metadata.withShape(-1));
    }

    @Test
    void keepsAttributesOfGroups() throws JsonProcessingException {
        GroupMetadata group = GroupMetadata.of((ObjectNode) JSON.readTree("{\"title\": \"x\"}"));
        assertThat(new String(group.toJson(), UTF_8))
                .isEqualTo("{\"zarr_format\":3,\"node_type\":\"group\",\"attributes\":{\"title\":\"x\"}}");
        assertThat(GroupMetadata.parse(group.toJson())).isEqualTo(group);
        assertThat(GroupMetadata.parse("{\"zarr_format\":3,\"node_type\":\"group\"}".getBytes(UTF_8))
                        .attributes())
                .isEmpty();
        assertThatThrownBy(() -> GroupMetadata.parse(SPECIFICATION.getBytes(UTF_8)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("$.node_type");
        assertThatThrownBy(() ->
                        GroupMetadata.parse("{\"zarr_format\":3,\"node_type\":\"group\",\"x\":{}}".getBytes(UTF_8)))
                .isInstanceOf(UnsupportedExtensionException.class);
    }
}
