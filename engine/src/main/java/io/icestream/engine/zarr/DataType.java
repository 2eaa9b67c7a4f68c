package io.icestream.engine.zarr;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The data types of array elements: the core types of Zarr v3 and the registered extension {@code string}.
 *
 * <p>Each type is held in one kind of primitive array, see {@link NdArray}.
 */
public enum DataType {
    /** True or false, one byte. */
    BOOL("bool", 1, Kind.BOOLEAN),
    /** Signed, 8 bits. */
    INT8("int8", 1, Kind.SIGNED),
    /** Signed, 16 bits. */
    INT16("int16", 2, Kind.SIGNED),
    /** Signed, 32 bits. */
    INT32("int32", 4, Kind.SIGNED),
    /** Signed, 64 bits. */
    INT64("int64", 8, Kind.SIGNED),
    /** Unsigned, 8 bits. */
    UINT8("uint8", 1, Kind.UNSIGNED),
    /** Unsigned, 16 bits. */
    UINT16("uint16", 2, Kind.UNSIGNED),
    /** Unsigned, 32 bits. */
    UINT32("uint32", 4, Kind.UNSIGNED),
    /** Unsigned, 64 bits. */
    UINT64("uint64", 8, Kind.UNSIGNED),
    /** IEEE 754 half precision. */
    FLOAT16("float16", 2, Kind.FLOAT),
    /** IEEE 754 single precision. */
    FLOAT32("float32", 4, Kind.FLOAT),
    /** IEEE 754 double precision. */
    FLOAT64("float64", 8, Kind.FLOAT),
    /** Real and imaginary part in single precision. */
    COMPLEX64("complex64", 8, Kind.COMPLEX),
    /** Real and imaginary part in double precision. */
    COMPLEX128("complex128", 16, Kind.COMPLEX),
    /** Text of any length. */
    STRING("string", 0, Kind.TEXT);

    /** The families of data types. */
    enum Kind {
        BOOLEAN,
        SIGNED,
        UNSIGNED,
        FLOAT,
        COMPLEX,
        TEXT
    }

    private static final Map<String, DataType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DataType::zarrName, Function.identity()));

    private final String zarrName;
    private final int sizeBytes;
    private final Kind kind;

    DataType(String zarrName, int sizeBytes, Kind kind) {
        this.zarrName = zarrName;
        this.sizeBytes = sizeBytes;
        this.kind = kind;
    }

    /** The type of that name in Zarr metadata, or empty if there is none here. */
    public static Optional<DataType> find(String zarrName) {
        return Optional.ofNullable(BY_NAME.get(zarrName));
    }

    /** The name in Zarr metadata, such as {@code float64}. */
    public String zarrName() {
        return zarrName;
    }

    /**
     * Bytes that one element takes when encoded by the {@code bytes} codec.
     *
     * @throws IllegalStateException if elements have no fixed size; see {@link #isFixedSize}
     */
    public int sizeBytes() {
        if (!isFixedSize()) {
            throw new IllegalStateException("Elements of data type " + zarrName + " have no fixed size");
        }
        return sizeBytes;
    }

    /** Whether each element takes the same number of bytes; all but {@link #STRING} do. */
    public boolean isFixedSize() {
        return kind != Kind.TEXT;
    }

    Kind kind() {
        return kind;
    }

    /** Slots of the primitive array that one element takes: two for complex types, one for the others. */
    int slots() {
        return kind == Kind.COMPLEX ? 2 : 1;
    }

    /** Bytes of the unit that the byte order applies to: a complex number is two such units. */
    int unitBytes() {
        return sizeBytes / slots();
    }
}
