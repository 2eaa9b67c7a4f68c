package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Decodes deflated chunks where they lie in NetCDF-4 files, as virtual chunks will be. */
@UsesShared
class Hdf5ChunksTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = SharedFolder.path("data", "nemo-sst");

    @Test
    void decodesDeflatedChunksInPlace() throws IOException, NoSuchAlgorithmException {
        JsonNode facts = JSON.readTree(Files.readString(FOLDER.resolve("facts.json")));
        JsonNode files = JSON.readTree(Files.readString(FOLDER.resolve("chunks.json")));
        int compared = 0;
        for (Map.Entry<String, JsonNode> file : files.properties()) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(file.getKey())));
            for (Map.Entry<String, JsonNode> variable : file.getValue().properties()) {
                JsonNode fact = facts.at("/variables/" + file.getKey() + "/" + variable.getKey());
                if (fact.path("missing").asInt(-1) == 0 && fact.has("sha256")) {
                    assertThat(sha256(decode(bytes, variable.getValue())))
                            .as("%s of %s", variable.getKey(), file.getKey())
                            .isEqualTo(fact.get("sha256").textValue());
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(12);
    }

    /** Each variable of these files is one chunk. */
    private static NdArray decode(ByteBuffer file, JsonNode variable) {
        assertThat(variable.at("/filters/0/name").textValue()).isEqualTo("deflate");
        assertThat(variable.get("chunks")).hasSize(1);
        JsonNode chunk = variable.get("chunks").get(0);
        DataType type = variable.get("dtype").textValue().equals("<f4") ? DataType.FLOAT32 : DataType.FLOAT64;
        int[] shape = StreamSupport.stream(variable.get("chunk_shape").spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
        CodecChain codecs = CodecChain.of(Codec.bytes(Endian.LITTLE), Codec.zlib(9));
        ByteBuffer stored =
                file.slice(chunk.get("offset").intValue(), chunk.get("length").intValue());
        return codecs.decode(stored, type, shape);
    }

    private static String sha256(NdArray values) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Samples.bits(values)));
    }
}
