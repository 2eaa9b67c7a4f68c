package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The data type of array elements: the core types of Zarr v3, and the extensions that zarr-python writes. Immutable; two are equal if they have the same metadata form.
 *
 * <p>Types without parameters are constants here, the others are made by a method. Each type is held in one kind of Java array, see {@link NdArray}.
 *
 * <p>Source: Zarr core specification, data types; Zarr extensions {@code string}, {@code bytes}, {@code struct}, {@code fixed_length_utf32},
 * {@code null_terminated_bytes}, {@code raw_bytes}, {@code numpy.datetime64}, {@code numpy.timedelta64}.
 */
public final class DataType {
    /** What a data type is, apart from its parameters. */
    public enum Kind {
        /** True or false, one byte. */
        BOOL(Layout.BYTES, 1, 1),
        /** Signed, 8 bits. */
        INT8(Layout.BYTES, 1, 1),
        /** Signed, 16 bits. */
        INT16(Layout.SHORTS, 2, 1),
        /** Signed, 32 bits. */
        INT32(Layout.INTS, 4, 1),
        /** Signed, 64 bits. */
        INT64(Layout.LONGS, 8, 1),
        /** Unsigned, 8 bits. */
        UINT8(Layout.BYTES, 1, 1),
        /** Unsigned, 16 bits. */
        UINT16(Layout.SHORTS, 2, 1),
        /** Unsigned, 32 bits. */
        UINT32(Layout.INTS, 4, 1),
        /** Unsigned, 64 bits. */
        UINT64(Layout.LONGS, 8, 1),
        /** IEEE 754 half precision. */
        FLOAT16(Layout.SHORTS, 2, 1),
        /** IEEE 754 single precision. */
        FLOAT32(Layout.FLOATS, 4, 1),
        /** IEEE 754 double precision. */
        FLOAT64(Layout.DOUBLES, 8, 1),
        /** Real and imaginary part in single precision. */
        COMPLEX64(Layout.FLOATS, 4, 2),
        /** Real and imaginary part in double precision. */
        COMPLEX128(Layout.DOUBLES, 8, 2),
        /** Text of any length. */
        STRING(Layout.STRINGS, 0, 1),
        /** Bytes of any number. */
        VARIABLE_LENGTH_BYTES(Layout.BYTE_STRINGS, 0, 1),
        /** A fixed number of bits, a multiple of eight: {@code r*} of the core specification. */
        RAW_BITS(Layout.BYTES, 1, 0),
        /** A fixed number of bytes. */
        RAW_BYTES(Layout.BYTES, 1, 0),
        /** At most a fixed number of bytes, filled up with zeros. */
        NULL_TERMINATED_BYTES(Layout.BYTES, 1, 0),
        /** At most a fixed number of code points, filled up with zeros. */
        FIXED_LENGTH_UTF32(Layout.INTS, 4, 0),
        /** Time since 1970 in a unit. */
        DATETIME64(Layout.LONGS, 8, 1),
        /** Duration in a unit. */
        TIMEDELTA64(Layout.LONGS, 8, 1),
        /** Named fields one after the other. */
        STRUCT(Layout.BYTES, 1, 0);

        private final Layout layout;
        private final int slotBytes;
        private final int slots;

        /** 0 slots: the number is a parameter of the type. 0 bytes: elements differ in size. */
        Kind(Layout layout, int slotBytes, int slots) {
            this.layout = layout;
            this.slotBytes = slotBytes;
            this.slots = slots;
        }

        boolean isSigned() {
            return this == INT8 || this == INT16 || this == INT32 || this == INT64;
        }

        boolean isUnsigned() {
            return this == UINT8 || this == UINT16 || this == UINT32 || this == UINT64;
        }

        boolean isFloat() {
            return this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
        }

        boolean isComplex() {
            return this == COMPLEX64 || this == COMPLEX128;
        }
    }

    /**
     * A field of a structured type.
     *
     * @param name its name
     * @param dataType its data type, of fixed size
     */
    public record Field(String name, DataType dataType) {}

    /** True or false, one byte. */
    public static final DataType BOOL = plain("bool", Kind.BOOL);
    /** Signed, 8 bits. */
    public static final DataType INT8 = plain("int8", Kind.INT8);
    /** Signed, 16 bits. */
    public static final DataType INT16 = plain("int16", Kind.INT16);
    /** Signed, 32 bits. */
    public static final DataType INT32 = plain("int32", Kind.INT32);
    /** Signed, 64 bits. */
    public static final DataType INT64 = plain("int64", Kind.INT64);
    /** Unsigned, 8 bits. */
    public static final DataType UINT8 = plain("uint8", Kind.UINT8);
    /** Unsigned, 16 bits. */
    public static final DataType UINT16 = plain("uint16", Kind.UINT16);
    /** Unsigned, 32 bits. */
    public static final DataType UINT32 = plain("uint32", Kind.UINT32);
    /** Unsigned, 64 bits. */
    public static final DataType UINT64 = plain("uint64", Kind.UINT64);
    /** IEEE 754 half precision. */
    public static final DataType FLOAT16 = plain("float16", Kind.FLOAT16);
    /** IEEE 754 single precision. */
    public static final DataType FLOAT32 = plain("float32", Kind.FLOAT32);
    /** IEEE 754 double precision. */
    public static final DataType FLOAT64 = plain("float64", Kind.FLOAT64);
    /** Real and imaginary part in single precision. */
    public static final DataType COMPLEX64 = plain("complex64", Kind.COMPLEX64);
    /** Real and imaginary part in double precision. */
    public static final DataType COMPLEX128 = plain("complex128", Kind.COMPLEX128);
    /** Text of any length. */
    public static final DataType STRING = plain("string", Kind.STRING);
    /** Bytes of any number; {@code bytes} is another name of it. */
    public static final DataType VARIABLE_LENGTH_BYTES = plain("variable_length_bytes", Kind.VARIABLE_LENGTH_BYTES);

    private static final List<DataType> PLAIN = List.of(
            BOOL,
            INT8,
            INT16,
            INT32,
            INT64,
            UINT8,
            UINT16,
            UINT32,
            UINT64,
            FLOAT16,
            FLOAT32,
            FLOAT64,
            COMPLEX64,
            COMPLEX128,
            STRING,
            VARIABLE_LENGTH_BYTES);
    private static final Map<String, DataType> BY_NAME =
            PLAIN.stream().collect(Collectors.toUnmodifiableMap(DataType::zarrName, Function.identity()));

    /** Largest size of an element; what is larger is surely a mistake. */
    private static final int LARGEST_BYTES = 1 << 20;

    private final JsonNode json;
    private final Kind kind;
    private final int slots;
    private final @Nullable TimeUnit64 timeUnit;
    private final int timeScale;
    private final List<Field> fields;

    private DataType(
            JsonNode json, Kind kind, int slots, @Nullable TimeUnit64 timeUnit, int scale, List<Field> fields) {
        this.json = json;
        this.kind = kind;
        this.slots = slots;
        this.timeUnit = timeUnit;
        this.timeScale = scale;
        this.fields = fields;
    }

    private static DataType plain(String name, Kind kind) {
        return new DataType(JsonNodeFactory.instance.textNode(name), kind, kind.slots, null, 1, List.of());
    }

    private static DataType sized(String name, Kind kind, int sizeBytes) {
        requireSize(name, sizeBytes);
        JsonNode json = Json.extension(name, configuration -> configuration.put("length_bytes", sizeBytes));
        return new DataType(json, kind, sizeBytes / kind.slotBytes, null, 1, List.of());
    }

    private static void requireSize(String name, long sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > LARGEST_BYTES) {
            throw new IllegalArgumentException("Invalid size of data type " + name + ": " + sizeBytes
                    + " bytes; it must be from 1 to " + LARGEST_BYTES);
        }
    }

    /**
     * Elements of a fixed number of bits without a meaning: {@code r8}, {@code r16} and so on of the core specification. zarr-python does not know these names; use
     * {@link #rawBytes} for it.
     *
     * @param bits a multiple of 8
     */
    public static DataType rawBits(int bits) {
        if (bits % 8 != 0) {
            throw new IllegalArgumentException("Invalid data type r" + bits + ": the number must be a multiple of 8");
        }
        requireSize("r" + bits, bits / 8);
        return new DataType(JsonNodeFactory.instance.textNode("r" + bits), Kind.RAW_BITS, bits / 8, null, 1, List.of());
    }

    /** Elements of a fixed number of bytes without a meaning, as numpy's {@code V}. */
    public static DataType rawBytes(int sizeBytes) {
        return sized("raw_bytes", Kind.RAW_BYTES, sizeBytes);
    }

    /** Byte strings of at most a length; zeros at their end do not count. As numpy's {@code S}. */
    public static DataType nullTerminatedBytes(int sizeBytes) {
        return sized("null_terminated_bytes", Kind.NULL_TERMINATED_BYTES, sizeBytes);
    }

    /** Texts of at most so many code points; zeros at their end do not count. As numpy's {@code U}. */
    public static DataType fixedLengthUtf32(int codePoints) {
        return sized("fixed_length_utf32", Kind.FIXED_LENGTH_UTF32, Math.multiplyExact(codePoints, 4));
    }

    /** Times: 64 bits that count multiples of a unit since the start of 1970; {@link Long#MIN_VALUE} is no time. As numpy's {@code M8}. */
    public static DataType datetime64(TimeUnit64 unit, int scaleFactor) {
        return time("numpy.datetime64", Kind.DATETIME64, unit, scaleFactor);
    }

    /** Durations: 64 bits that count multiples of a unit; {@link Long#MIN_VALUE} is no duration. As numpy's {@code m8}. */
    public static DataType timedelta64(TimeUnit64 unit, int scaleFactor) {
        return time("numpy.timedelta64", Kind.TIMEDELTA64, unit, scaleFactor);
    }

    private static DataType time(String name, Kind kind, TimeUnit64 unit, int scaleFactor) {
        if (scaleFactor < 1) {
            throw new IllegalArgumentException("Invalid scale factor " + scaleFactor + ": it must be at least 1");
        }
        JsonNode json = Json.extension(
                name,
                configuration -> configuration.put("unit", unit.zarrName()).put("scale_factor", scaleFactor));
        return new DataType(json, kind, 1, unit, scaleFactor, List.of());
    }

    /**
     * Records of fields one after the other, without gaps. In memory numbers in them are little endian.
     *
     * @throws IllegalArgumentException if there is no field, two have one name, or one has no fixed size
     */
    public static DataType struct(List<Field> fields) {
        Set<String> names = new HashSet<>();
        long size = 0;
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Field field : fields) {
            if (!field.dataType().isFixedSize() || !names.add(field.name())) {
                throw new IllegalArgumentException("Invalid field '" + field.name()
                        + "': names must differ and data types must have a fixed size");
            }
            size += field.dataType().sizeBytes();
            list.addObject().put("name", field.name()).set("data_type", field.dataType().json);
        }
        requireSize("struct", size);
        JsonNode json = Json.extension("struct", configuration -> configuration.set("fields", list));
        return new DataType(json, Kind.STRUCT, (int) size, null, 1, List.copyOf(fields));
    }

    /** The types without parameters. */
    public static List<DataType> plainTypes() {
        return PLAIN;
    }

    /** The type without parameters of that name in Zarr metadata, or empty if there is none here. */
    public static Optional<DataType> find(String zarrName) {
        return Optional.ofNullable(BY_NAME.get(zarrName.equals("bytes") ? "variable_length_bytes" : zarrName));
    }

    /**
     * The type without parameters of that name, in upper or lower case: {@code FLOAT64} or {@code float64}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static DataType valueOf(String name) {
        return find(name.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new IllegalArgumentException("No data type " + name + " without parameters"));
    }

    /** Reads an entry {@code data_type}; empty if its name is not known here. */
    static Optional<DataType> parse(Extension entry) {
        return DataTypeParser.parse(entry);
    }

    /** The name in Zarr metadata, such as {@code float64}; without parameters. */
    public String zarrName() {
        return json.isTextual() ? json.textValue() : json.get("name").textValue();
    }

    /** The entry of the metadata's {@code data_type}. */
    public JsonNode toJson() {
        return json.deepCopy();
    }

    /** What it is, apart from its parameters. */
    public Kind kind() {
        return kind;
    }

    /**
     * Bytes that one element takes when encoded by the {@code bytes} codec.
     *
     * @throws IllegalStateException if elements have no fixed size; see {@link #isFixedSize}
     */
    public int sizeBytes() {
        if (!isFixedSize()) {
            throw new IllegalStateException("Elements of data type " + this + " have no fixed size");
        }
        return kind.slotBytes * slots;
    }

    /** Whether each element takes the same number of bytes; all but {@link #STRING} and {@link #VARIABLE_LENGTH_BYTES} do. */
    public boolean isFixedSize() {
        return kind.slotBytes > 0;
    }

    /**
     * The unit of a time or duration.
     *
     * @throws IllegalStateException if the type is neither
     */
    public TimeUnit64 timeUnit() {
        if (timeUnit == null) {
            throw new IllegalStateException("Data type " + this + " has no time unit");
        }
        return timeUnit;
    }

    /** How many of its units a time or duration counts as one; 1 for other types. */
    public int timeScale() {
        return timeScale;
    }

    /** The fields of a structured type; none for other types. */
    public List<Field> fields() {
        return fields;
    }

    Layout layout() {
        return kind.layout;
    }

    /** Slots of the Java array that one element takes: two for complex types, as many as it is long for those of fixed length, one for the others. */
    int slots() {
        return slots;
    }

    /** Bytes of the largest unit that the byte order applies to: a complex number is two such units. */
    int unitBytes() {
        return kind == Kind.STRUCT
                ? fields.stream()
                        .mapToInt(field -> field.dataType().unitBytes())
                        .max()
                        .orElse(1)
                : kind.slotBytes;
    }

    /** Offset and size of each unit of more than one byte in an element. */
    List<int[]> units() {
        List<int[]> units = new ArrayList<>();
        addUnits(0, units);
        return units;
    }

    private void addUnits(int offset, List<int[]> units) {
        int start = offset;
        for (Field field : fields) {
            field.dataType().addUnits(start, units);
            start += field.dataType().sizeBytes();
        }
        for (int slot = 0; kind.slotBytes > 1 && slot < slots; slot++) {
            units.add(new int[] {offset + slot * kind.slotBytes, kind.slotBytes});
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DataType that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Name and parameters, for messages. */
    @Override
    public String toString() {
        return json.isTextual() ? json.textValue() : zarrName() + json.get("configuration");
    }
}
