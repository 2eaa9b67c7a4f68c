package io.icestream.ingest.decode;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/** Random schemas of records that hold given fields somewhere among others, and random values of them. */
final class RandomSchemas {

    private final Random random;
    private int names;

    RandomSchemas(Random random) {
        this.random = random;
    }

    private String name(String prefix) {
        return prefix + names++;
    }

    /**
     * Makes a record in which each path leads to a value of the given type, behind other fields, in unions with null, in nested records.
     *
     * @param leaves types by path; a path's prefix is a record
     */
    Schema recordWith(Map<String, Schema> leaves) {
        Map<String, Map<String, Schema>> nested = new HashMap<>();
        List<Schema.Field> fields = new ArrayList<>();
        leaves.forEach((path, type) -> {
            int dot = path.indexOf('.');
            if (dot < 0) {
                fields.add(new Schema.Field(path, orNull(type)));
            } else {
                nested.computeIfAbsent(path.substring(0, dot), step -> new HashMap<>())
                        .put(path.substring(dot + 1), type);
            }
        });
        nested.forEach((step, rest) -> fields.add(new Schema.Field(step, orNull(groupOf(rest)))));
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.add(new Schema.Field(name("other"), anything(2)));
        }
        Collections.shuffle(fields, random);
        return Schema.createRecord(name("R"), null, "t", false, fields);
    }

    /** A record, or where there is one field only, now and then a map. */
    private Schema groupOf(Map<String, Schema> leaves) {
        Map.Entry<String, Schema> first = leaves.entrySet().iterator().next();
        boolean map = leaves.size() == 1 && (first.getKey().length() & 1) == 0;
        return map ? Schema.createMap(first.getValue()) : recordWith(leaves);
    }

    private Schema orNull(Schema type) {
        if (type.getType() == Schema.Type.UNION) {
            return type;
        }
        return switch (random.nextInt(4)) {
            case 0 -> Schema.createUnion(Schema.create(Schema.Type.NULL), type);
            case 1 -> Schema.createUnion(type, Schema.create(Schema.Type.NULL));
            default -> type;
        };
    }

    Schema anything(int depth) {
        return switch (random.nextInt(depth > 0 ? 16 : 11)) {
            case 0 -> Schema.create(Schema.Type.NULL);
            case 1 -> Schema.create(Schema.Type.BOOLEAN);
            case 2 -> Schema.create(Schema.Type.INT);
            case 3 -> Schema.create(Schema.Type.LONG);
            case 4 -> Schema.create(Schema.Type.FLOAT);
            case 5 -> Schema.create(Schema.Type.DOUBLE);
            case 6 -> Schema.create(Schema.Type.BYTES);
            case 7 -> Schema.createFixed(name("F"), null, "t", random.nextInt(20));
            case 8 -> Schema.createEnum(name("E"), null, "t", List.of("A", "B", "C"));
            case 9 -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
            case 11 -> Schema.createArray(anything(depth - 1));
            case 12 -> Schema.createMap(anything(depth - 1));
            case 13 ->
                Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.INT), record(depth - 1));
            case 14, 15 -> record(depth - 1);
            default -> Schema.create(Schema.Type.STRING);
        };
    }

    private Schema record(int depth) {
        List<Schema.Field> fields = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            fields.add(new Schema.Field(name("f"), anything(depth)));
        }
        return Schema.createRecord(name("R"), null, "t", false, fields);
    }

    @Nullable
    Object value(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> random.nextBoolean();
            case INT -> random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(300) - 30;
            case LONG -> random.nextInt(3) == 0 ? random.nextLong() : (long) random.nextInt(70_000) - 100;
            case FLOAT -> random.nextInt(9) == 0 ? Float.NaN : Float.intBitsToFloat(random.nextInt());
            case DOUBLE -> randomDouble();
            case STRING -> text();
            case BYTES -> ByteBuffer.wrap(bytes(random.nextInt(150)));
            case FIXED -> new GenericData.Fixed(schema, bytes(schema.getFixedSize()));
            case ENUM ->
                new GenericData.EnumSymbol(
                        schema,
                        schema.getEnumSymbols()
                                .get(random.nextInt(schema.getEnumSymbols().size())));
            case ARRAY -> list(schema);
            case MAP -> map(schema);
            case UNION ->
                value(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
            case RECORD -> recordOf(schema);
        };
    }

    private Object randomDouble() {
        return switch (random.nextInt(5)) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> (double) random.nextInt(100_000) - 500;
            case 2 -> Double.NaN;
            case 3 -> (double) random.nextLong();
            default -> random.nextDouble() * 100;
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(100); i > 0; i--) {
            text.appendCodePoint(random.nextInt(5) == 0 ? 0x4E00 + random.nextInt(100) : 'a' + random.nextInt(26));
        }
        return text.toString();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private List<@Nullable Object> list(Schema schema) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            list.add(value(schema.getElementType()));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(Schema schema) {
        Map<String, @Nullable Object> map = new HashMap<>();
        for (String key : List.of("x", "xy", "label", "time", "other", "a.b")) {
            if (random.nextBoolean()) {
                map.put(key, value(schema.getValueType()));
            }
        }
        return map;
    }

    private GenericData.Record recordOf(Schema schema) {
        GenericData.Record record = new GenericData.Record(schema);
        schema.getFields().forEach(field -> record.put(field.name(), value(field.schema())));
        return record;
    }
}
