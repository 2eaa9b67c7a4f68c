package io.icestream.ingest.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import java.io.IOException;
import java.util.function.Function;

/**
 * The JSON form of the protocol's values: readable with any consumer, field for field as the records are.
 *
 * <p>Ids are their text, vectors are objects keyed by {@code topic-number}, a chunk reference is {@code {"inline": base64}} or
 * {@code {"chunk": id, "offset": n, "length": n}}. A field that a reader does not know is an error: all members of one incarnation run
 * the same protocol.
 */
public final class ProtocolJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(engineTypes())
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private ProtocolJson() {}

    /**
     * Encodes a value.
     *
     * @param value a record of this package
     * @return its JSON in UTF-8
     */
    public static byte[] encode(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "Cannot encode " + value.getClass().getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Decodes a value.
     *
     * @param json JSON in UTF-8
     * @param type a record of this package
     * @param <T> that record
     * @return the value
     * @throws ProtocolException if the bytes are something else
     */
    public static <T> T decode(byte[] json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException | IllegalArgumentException e) {
            throw new ProtocolException(
                    "Cannot read a " + type.getSimpleName() + " message of " + json.length + " bytes: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Turns a value into a JSON tree.
     *
     * @param value a record of this package
     * @return its JSON
     */
    public static JsonNode toTree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /**
     * Reads a value from a JSON tree.
     *
     * @param json the tree
     * @param type a record of this package
     * @param <T> that record
     * @return the value
     * @throws ProtocolException if the tree is something else
     */
    public static <T> T fromTree(JsonNode json, Class<T> type) {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ProtocolException("Cannot read a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    private static SimpleModule engineTypes() {
        SimpleModule module = new SimpleModule("icestream-engine");
        text(module, SnapshotId.class, SnapshotId::parse);
        text(module, NodePath.class, NodePath::of);
        text(module, ChunkIndex.class, ProtocolJson::parseChunkIndex);
        module.addSerializer(ChunkReference.class, new ReferenceWriter());
        module.addDeserializer(ChunkReference.class, new ReferenceReader());
        module.addKeyDeserializer(SourcePartition.class, new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return SourcePartition.parse(key);
            }
        });
        return module;
    }

    private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parser) {
        module.addSerializer(type, ToStringSerializer.instance);
        module.addDeserializer(type, new JsonDeserializer<T>() {
            @Override
            public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
                return parser.apply(json.getText());
            }
        });
    }

    private static ChunkIndex parseChunkIndex(String text) {
        String[] parts = text.isEmpty() ? new String[0] : text.split("/");
        long[] index = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            index[i] = Long.parseLong(parts[i]);
        }
        return ChunkIndex.of(index);
    }

    private static final class ReferenceWriter extends JsonSerializer<ChunkReference> {
        @Override
        public void serialize(ChunkReference reference, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeStartObject();
            if (reference instanceof ChunkReference.Inline inline) {
                json.writeBinaryField("inline", inline.bytes().toByteArray());
            } else if (reference instanceof ChunkReference.Native stored) {
                json.writeStringField("chunk", stored.id().toString());
                json.writeNumberField("offset", stored.offset());
                json.writeNumberField("length", stored.length());
            } else {
                throw JsonMappingException.from(json, "a virtual reference does not travel on the commit topic");
            }
            json.writeEndObject();
        }
    }

    private static final class ReferenceReader extends JsonDeserializer<ChunkReference> {
        @Override
        public ChunkReference deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JsonNode node = json.readValueAsTree();
            if (node.has("inline")) {
                return new ChunkReference.Inline(Bytes.wrap(node.get("inline").binaryValue()));
            }
            if (node.has("chunk") && node.has("offset") && node.has("length")) {
                return new ChunkReference.Native(
                        ChunkId.parse(node.get("chunk").asText()),
                        node.get("offset").asLong(),
                        node.get("length").asLong());
            }
            throw JsonMappingException.from(
                    json, "a chunk reference needs 'inline', or 'chunk', 'offset' and 'length'");
        }
    }
}
