package io.icestream.ingest.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.ingest.decode.AvroWire;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Turns rows into records of the registry's wire format. For one thread. */
final class RowEncoder {

    private final Schema schema;
    private final Optional<String> key;
    private final Optional<String> time;
    private final EventTimes times;
    private final AvroValues values;
    private final int schemaId;

    RowEncoder(Schema schema, int schemaId, Optional<String> key, Optional<String> time, EventTimes times) {
        this.schema = schema;
        this.key = key;
        this.time = time;
        this.times = times;
        this.values = new AvroValues(times);
        this.schemaId = schemaId;
    }

    /**
     * Encodes a row.
     *
     * @param row the row
     * @return the record
     * @throws BadLineException if the row does not fit the schema
     */
    EncodedRow encode(Row row) {
        try {
            GenericRecord record = values.record(byFieldName(row.fields()), schema, "");
            return new EncodedRow(row.line(), keyOf(row), AvroWire.encode(schemaId, record), eventMicros(row));
        } catch (IllegalArgumentException doesNotFit) {
            throw new BadLineException(row.line(), String.valueOf(doesNotFit.getMessage()));
        }
    }

    private Optional<byte[]> keyOf(Row row) {
        return key.map(column -> cell(row, column).asText().getBytes(UTF_8));
    }

    private long eventMicros(Row row) {
        return time.map(column -> times.micros(cell(row, column))).orElse(0L);
    }

    private static JsonNode cell(Row row, String column) {
        JsonNode value = row.fields().get(column);
        if (value == null) {
            throw new IllegalArgumentException("'" + column + "' is missing");
        }
        return value;
    }

    private ObjectNode byFieldName(ObjectNode fields) {
        ObjectNode renamed = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            renamed.set(SchemaInference.fieldName(field.getKey()), field.getValue());
        }
        return renamed;
    }
}
