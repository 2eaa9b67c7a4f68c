package io.icestream.ingest.config;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * YAML as a tree that keeps every scalar as it was written: a station {@code 007} or {@code 1.10} is no number here unless somebody asks
 * for one. Anchors, aliases and repeated keys are refused.
 */
final class YamlTree {

    private static final YAMLFactory YAML = new YAMLFactory();

    private YamlTree() {}

    /** The text is no YAML, or YAML of a kind that we refuse. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }

    /**
     * A scalar with both readings.
     *
     * @param text as written
     * @param value as YAML understands it: a string, number or boolean
     */
    private record Scalar(String text, Object value) {

        @Override
        public String toString() {
            return text;
        }
    }

    static JsonNode read(String text) throws UnreadableException {
        try (YAMLParser parser = YAML.createParser(text)) {
            if (parser.nextToken() == null) {
                return MissingNode.getInstance();
            }
            JsonNode tree = value(parser);
            if (parser.nextToken() != null) {
                throw new UnreadableException("there is more than one document");
            }
            return tree;
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new UnreadableException(message.lines().findFirst().orElse("no YAML"));
        }
    }

    static JsonNode scalar(String text) {
        return new POJONode(new Scalar(text, text));
    }

    private static JsonNode value(YAMLParser parser) throws IOException, UnreadableException {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw new UnreadableException("anchors and aliases are not supported, line "
                    + parser.currentTokenLocation().getLineNr());
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> group(parser);
            case START_ARRAY -> list(parser);
            case VALUE_NULL -> NullNode.getInstance();
            case VALUE_TRUE, VALUE_FALSE -> new POJONode(new Scalar(parser.getText(), token == JsonToken.VALUE_TRUE));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                new POJONode(new Scalar(parser.getText(), parser.getNumberValue()));
            default -> scalar(parser.getText());
        };
    }

    private static ObjectNode group(YAMLParser parser) throws IOException, UnreadableException {
        ObjectNode group = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int line = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            if (group.has(key)) {
                throw new UnreadableException("key '" + key + "' is given twice, line " + line);
            }
            group.set(key, value(parser));
        }
        return group;
    }

    private static ArrayNode list(YAMLParser parser) throws IOException, UnreadableException {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return list;
    }

    /** {@return the value as maps, lists, strings, numbers and booleans} */
    static Object plain(JsonNode node) {
        if (node instanceof POJONode scalar && scalar.getPojo() instanceof Scalar value) {
            return value.value();
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(each -> list.add(plain(each)));
            return List.copyOf(list);
        }
        Map<String, Object> group = new LinkedHashMap<>();
        node.properties().forEach(each -> group.put(each.getKey(), plain(each.getValue())));
        return group;
    }
}
