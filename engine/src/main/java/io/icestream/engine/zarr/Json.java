package io.icestream.engine.zarr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** How this package reads and writes JSON documents. */
final class Json {
    /** Python writers put a bare NaN into attributes; we keep it as we found it. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    private Json() {}

    /** Reads one document, whose root must be an object. */
    static ObjectNode parse(byte[] document) {
        JsonNode root;
        try {
            root = MAPPER.readTree(document);
        } catch (JsonProcessingException e) {
            throw new InvalidMetadataException("$", "no JSON document: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InvalidMetadataException("$", "no JSON document: bytes that are no text", e);
        }
        if (root instanceof ObjectNode object) {
            return object;
        }
        throw new MetadataField(root, "$").expected("an object");
    }

    static byte[] write(JsonNode document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Cannot write JSON to memory", e);
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The object form of an extension without configuration. */
    static ObjectNode extension(String name) {
        return object().put("name", name);
    }

    /** The object form of an extension. */
    static ObjectNode extension(String name, Consumer<ObjectNode> configuration) {
        ObjectNode extension = extension(name);
        configuration.accept(extension.putObject("configuration"));
        return extension;
    }
}
