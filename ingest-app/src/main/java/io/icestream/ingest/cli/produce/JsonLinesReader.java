package io.icestream.ingest.cli.produce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One JSON object per line; blank lines are left out. */
final class JsonLinesReader implements RowReader {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final BufferedReader input;
    private final Set<String> nulls;
    private long line;

    JsonLinesReader(BufferedReader input, Set<String> nulls) {
        this.input = input;
        this.nulls = Set.copyOf(nulls);
    }

    @Override
    public Optional<Row> next() throws IOException {
        String text = input.readLine();
        line++;
        while (text != null && text.isBlank()) {
            text = input.readLine();
            line++;
        }
        return text == null ? Optional.empty() : Optional.of(new Row(line, parse(text)));
    }

    private ObjectNode parse(String text) {
        try {
            if (JSON.readTree(text) instanceof ObjectNode fields) {
                return withoutNulls(fields);
            }
        } catch (JsonProcessingException invalid) {
            throw new BadLineException(line, "no JSON: " + invalid.getOriginalMessage());
        }
        throw new BadLineException(line, "a JSON object is needed");
    }

    private ObjectNode withoutNulls(ObjectNode fields) {
        List<String> absent = new ArrayList<>();
        fields.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull() || (value.isTextual() && nulls.contains(value.textValue()))) {
                absent.add(field.getKey());
            }
        });
        fields.remove(absent);
        return fields;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
