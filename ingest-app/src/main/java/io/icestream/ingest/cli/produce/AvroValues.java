package io.icestream.ingest.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Turns JSON values, or the text of CSV cells, into Avro values of a schema. Missing fields take their default. */
final class AvroValues {

    private final EventTimes times;

    AvroValues(EventTimes times) {
        this.times = times;
    }

    /**
     * Converts a value.
     *
     * @param value the value; null if it is missing
     * @param schema what it is to become
     * @param field name of the field, for messages
     * @return a value for Avro's generic writer
     * @throws IllegalArgumentException if it does not fit; the message names the field
     */
    @Nullable
    Object convert(@Nullable JsonNode value, Schema schema, String field) {
        if (schema.getType() == Schema.Type.UNION) {
            return union(value, schema, field);
        }
        if (value == null || value.isNull()) {
            if (schema.getType() == Schema.Type.NULL) {
                return null;
            }
            throw mismatch(field, "is missing, and the schema wants " + describe(schema));
        }
        try {
            return present(value, schema, field);
        } catch (NumberFormatException invalid) {
            throw mismatch(field, "'" + value.asText() + "' is no " + describe(schema));
        }
    }

    private @Nullable Object union(@Nullable JsonNode value, Schema union, String field) {
        if (value == null || value.isNull()) {
            if (union.isNullable()) {
                return null;
            }
            throw mismatch(field, "is missing, and the schema wants " + describe(union));
        }
        IllegalArgumentException first = mismatch(field, "'" + value.asText() + "' is no " + describe(union));
        for (Schema branch : union.getTypes()) {
            if (branch.getType() != Schema.Type.NULL) {
                try {
                    return convert(value, branch, field);
                } catch (IllegalArgumentException doesNotFit) {
                    first.addSuppressed(doesNotFit);
                }
            }
        }
        throw first;
    }

    private Object present(JsonNode value, Schema schema, String field) {
        return switch (schema.getType()) {
            case STRING -> text(value, field);
            case DOUBLE -> number(value, field);
            case FLOAT -> (float) number(value, field);
            case LONG ->
                isTime(schema.getLogicalType()) ? time(value, schema.getLogicalType()) : whole(value, schema, field);
            case INT -> Math.toIntExact(bounded(whole(value, schema, field), field));
            case BOOLEAN -> bool(value, field);
            case ENUM -> symbol(value, schema, field);
            case RECORD -> record(value, schema, field);
            case MAP -> map(value, schema, field);
            case ARRAY -> array(value, schema, field);
            case BYTES -> ByteBuffer.wrap(text(value, field).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            default -> throw mismatch(field, "has type " + describe(schema) + ", which 'produce' does not write");
        };
    }

    private static String text(JsonNode value, String field) {
        if (value.isContainerNode()) {
            throw mismatch(field, "is nested, and the schema wants a string");
        }
        return value.asText();
    }

    private static double number(JsonNode value, String field) {
        return value.isNumber() ? value.doubleValue() : Double.parseDouble(text(value, field));
    }

    private static long whole(JsonNode value, Schema schema, String field) {
        if (value.isNumber() && !value.canConvertToExactIntegral()) {
            throw mismatch(field, "'" + value.asText() + "' is no " + describe(schema));
        }
        return Long.parseLong(value.isNumber() ? value.bigIntegerValue().toString() : text(value, field));
    }

    private static long bounded(long value, String field) {
        if (value != (int) value) {
            throw mismatch(field, "'" + value + "' is no int");
        }
        return value;
    }

    private static boolean bool(JsonNode value, String field) {
        String text = text(value, field);
        if (!text.equals("true") && !text.equals("false")) {
            throw mismatch(field, "'" + text + "' is neither true nor false");
        }
        return text.equals("true");
    }

    private static boolean isTime(@Nullable LogicalType type) {
        return type != null && type.getName().startsWith("timestamp-");
    }

    private Object time(JsonNode value, LogicalType type) {
        long micros = times.micros(value);
        return switch (type.getName()) {
            case "timestamp-millis" -> Math.floorDiv(micros, 1_000L);
            case "timestamp-nanos" -> Math.multiplyExact(micros, 1_000L);
            default -> micros;
        };
    }

    private static Object symbol(JsonNode value, Schema schema, String field) {
        String text = text(value, field);
        if (!schema.hasEnumSymbol(text)) {
            throw mismatch(field, "'" + text + "' is none of " + schema.getEnumSymbols());
        }
        return new GenericData.EnumSymbol(schema, text);
    }

    /**
     * Converts an object.
     *
     * @param value the object
     * @param schema schema of a record
     * @param field name of the field that holds it, empty for the outermost
     * @return the record
     * @throws IllegalArgumentException if it does not fit; the message names the field
     */
    GenericRecord record(JsonNode value, Schema schema, String field) {
        GenericRecord record = new GenericData.Record(schema);
        for (Schema.Field inner : schema.getFields()) {
            JsonNode given = value.get(inner.name());
            String path = field.isEmpty() ? inner.name() : field + "." + inner.name();
            boolean takesDefault = (given == null || given.isNull()) && inner.hasDefaultValue();
            record.put(
                    inner.pos(),
                    takesDefault ? GenericData.get().getDefaultValue(inner) : convert(given, inner.schema(), path));
        }
        return record;
    }

    private Map<String, @Nullable Object> map(JsonNode value, Schema schema, String field) {
        Map<String, @Nullable Object> map = new HashMap<>();
        value.properties()
                .forEach(entry -> map.put(
                        entry.getKey(),
                        convert(entry.getValue(), schema.getValueType(), field + "." + entry.getKey())));
        return map;
    }

    private List<@Nullable Object> array(JsonNode value, Schema schema, String field) {
        List<@Nullable Object> list = new ArrayList<>();
        value.forEach(element -> list.add(convert(element, schema.getElementType(), field + "[]")));
        return list;
    }

    private static String describe(Schema schema) {
        if (schema.getType() == Schema.Type.UNION) {
            return schema.getTypes().stream()
                    .filter(branch -> branch.getType() != Schema.Type.NULL)
                    .map(AvroValues::describe)
                    .collect(java.util.stream.Collectors.joining(" or "));
        }
        return schema.getLogicalType() == null
                ? schema.getType().getName()
                : schema.getLogicalType().getName();
    }

    private static IllegalArgumentException mismatch(String field, String what) {
        return new IllegalArgumentException("'" + field + "' " + what);
    }
}
