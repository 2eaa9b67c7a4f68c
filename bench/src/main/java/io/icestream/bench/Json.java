package io.icestream.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Results as JSON, one object per line. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** {@return an empty object} */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Reads a value.
     *
     * @param text its JSON
     * @return the value
     * @throws IllegalArgumentException if the text is no JSON
     */
    public static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Invalid JSON '" + text + "'", e);
        }
    }

    /**
     * Reads a file with one value per line.
     *
     * @param file the file; if it is absent, there are none
     * @return the values in their order
     */
    public static List<JsonNode> lines(Path file) {
        List<JsonNode> values = new ArrayList<>();
        try {
            if (Files.exists(file)) {
                Files.readAllLines(file).forEach(line -> values.add(parse(line)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    /**
     * Rounds for display.
     *
     * @param value the value
     * @param digits digits behind the point
     * @return the rounded value
     */
    public static double rounded(double value, int digits) {
        double unit = Math.pow(10, digits);
        return Math.round(value * unit) / unit;
    }
}
