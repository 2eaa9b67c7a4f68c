package io.icestream.ingest.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;

/**
 * Makes an Avro schema from rows: the time column is {@code timestamp-micros}, the key column a string; each other column is what its
 * values are, of whole numbers ({@code long}), numbers ({@code double}), {@code true} and {@code false}, text; and may be null. A rare text among
 * numbers does not make a column text: its line will not fit the schema.
 */
final class SchemaInference {

    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?|NaN|Infinity)");

    private static final Pattern PADDED = Pattern.compile("-?0[0-9]+");

    /** A column with one other value in so many is still a column of numbers, and that line is a bad one. */
    private static final int NUMBERS_PER_TEXT = 10;

    /** How many values of each kind a column has. */
    private static final class Counts {
        private long whole;
        private long decimal;
        private long bool;
        private long text;

        void add(JsonNode value) {
            String content = value.asText();
            if (WHOLE.matcher(content).matches()) {
                whole++;
            } else if (DECIMAL.matcher(content).matches()
                    && !PADDED.matcher(content).matches()) {
                decimal++;
            } else if (content.equals("true") || content.equals("false")) {
                bool++;
            } else {
                text++;
            }
        }

        Schema.Type type() {
            long numbers = whole + decimal;
            if (numbers >= NUMBERS_PER_TEXT * (bool + text)) {
                return decimal > 0 || numbers == 0 ? Schema.Type.DOUBLE : Schema.Type.LONG;
            }
            return bool > 0 && numbers + text == 0 ? Schema.Type.BOOLEAN : Schema.Type.STRING;
        }
    }

    private final Optional<String> key;
    private final Optional<String> time;
    private final Map<String, Counts> columns = new LinkedHashMap<>();

    SchemaInference(Optional<String> key, Optional<String> time) {
        this.key = key;
        this.time = time;
    }

    /** Makes a column known, so that it is in the schema even if it never has a value. */
    void column(String name) {
        columns.computeIfAbsent(name, absent -> new Counts());
    }

    /** {@return whether no column is known} */
    boolean isEmpty() {
        return columns.isEmpty();
    }

    /**
     * Takes a row into account.
     *
     * @param row the row
     * @throws BadLineException if a value is nested
     */
    void observe(Row row) {
        for (Map.Entry<String, JsonNode> field : row.fields().properties()) {
            if (field.getValue().isContainerNode()) {
                throw new BadLineException(
                        row.line(), "'" + field.getKey() + "' is nested: --schema has to say what it is");
            }
            columns.computeIfAbsent(field.getKey(), absent -> new Counts()).add(field.getValue());
        }
    }

    /**
     * Builds the schema.
     *
     * @param name name of the record
     * @return a record with one field per column, in the order of their appearance
     */
    Schema build(String name) {
        SchemaBuilder.FieldAssembler<Schema> fields =
                SchemaBuilder.record(fieldName(name)).fields();
        columns.forEach((column, counts) -> {
            SchemaBuilder.FieldBuilder<Schema> field = fields.name(fieldName(column));
            if (time.isPresent() && time.get().equals(column)) {
                field.type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
                        .noDefault();
            } else if (key.isPresent() && key.get().equals(column)) {
                field.type(Schema.create(Schema.Type.STRING)).noDefault();
            } else {
                field.type(Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(counts.type())))
                        .withDefault(null);
            }
        });
        return fields.endRecord();
    }

    /** {@return the Avro name for a column: letters, digits and underscores, no digit first} */
    static String fieldName(String column) {
        String name = column.replaceAll("[^A-Za-z0-9_]", "_");
        return name.matches("[0-9].*") ? "_" + name : name;
    }
}
