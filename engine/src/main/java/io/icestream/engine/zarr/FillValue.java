package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Objects;

/**
 * The value of elements that were never written, of one data type. Immutable.
 *
 * <p>JSON forms as in the Zarr core specification: numbers; {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"} or bits as in {@code "0x7fc00000"} for floats; a pair
 * of such for complex types; booleans; text for strings. Times and durations: a whole number or {@code "NaT"}. Bytes: base64, but a list of numbers for {@code r*}.
 * Structures: an object of fields.
 */
public final class FillValue {
    private final NdArray scalar;

    private FillValue(NdArray scalar) {
        this.scalar = scalar;
    }

    /** Zero, false, or the empty string; for times and durations the start of counting. */
    public static FillValue zero(DataType dataType) {
        return new FillValue(NdArray.allocate(dataType));
    }

    /** What new arrays get when nothing is said, as zarr-python has it: zero, but NaT for times and durations. */
    public static FillValue usual(DataType dataType) {
        boolean time = dataType.kind() == DataType.Kind.DATETIME64 || dataType.kind() == DataType.Kind.TIMEDELTA64;
        return time ? of(dataType, NumpyTime.NAT) : zero(dataType);
    }

    /** One element, of its data type. */
    public static FillValue of(NdArray scalar) {
        return new FillValue(
                scalar.copyOfRegion(new int[scalar.rank()], scalar.shape()).reshaped());
    }

    /**
     * A number as fill value of any numeric type; complex types get it as the real part.
     *
     * @throws InvalidMetadataException if the data type cannot hold it
     */
    public static FillValue of(DataType dataType, double value) {
        JsonNode number = Double.isFinite(value)
                ? JsonNodeFactory.instance.numberNode(value)
                : JsonNodeFactory.instance.textNode(Double.toString(value));
        if (dataType.kind().isComplex()) {
            return parse(
                    dataType, JsonNodeFactory.instance.arrayNode().add(number).add(0));
        }
        return parse(dataType, number);
    }

    /**
     * A whole number as fill value of any numeric type; uint64 takes the 64 bits.
     *
     * @throws InvalidMetadataException if the data type cannot hold it
     */
    public static FillValue of(DataType dataType, long value) {
        if (dataType.equals(DataType.UINT64)) {
            return new FillValue(NdArray.of(dataType, new long[] {value}));
        }
        if (dataType.kind().isComplex()) {
            return of(dataType, (double) value);
        }
        return parse(dataType, JsonNodeFactory.instance.numberNode(value));
    }

    /** A truth value, of data type bool. */
    public static FillValue of(boolean value) {
        return new FillValue(NdArray.of(new boolean[] {value}));
    }

    /** A text, of data type string. */
    public static FillValue of(String value) {
        return new FillValue(NdArray.of(new String[] {value}));
    }

    /** Not a number, as fill value of a float type, or in both parts of a complex one. */
    public static FillValue nan(DataType dataType) {
        JsonNode nan = JsonNodeFactory.instance.textNode("NaN");
        return parse(
                dataType,
                dataType.kind().isComplex()
                        ? JsonNodeFactory.instance.arrayNode().add(nan).add(nan)
                        : nan);
    }

    /**
     * Reads the JSON form.
     *
     * @throws InvalidMetadataException if it is no fill value of that data type
     */
    public static FillValue parse(DataType dataType, JsonNode json) {
        return parse(dataType, new MetadataField(json, "fill_value"));
    }

    static FillValue parse(DataType dataType, MetadataField json) {
        return new FillValue(FillValueParser.parse(dataType, json));
    }

    /** The data type that it belongs to. */
    public DataType dataType() {
        return scalar.dataType();
    }

    /** The JSON form; canonical, so possibly another than the one parsed. */
    public JsonNode toJson() {
        return scalar.jsonAt(0);
    }

    /**
     * As a double.
     *
     * @throws IllegalStateException if the data type is complex or string
     */
    public double asDouble() {
        return scalar.doubleAt(0);
    }

    /**
     * Whether every element of a block reads as this fill value, so that the block need not be stored.
     *
     * <p>A NaN counts as equal to any other NaN; otherwise values must agree in every bit: 0.0 and -0.0 differ. Cost: stops at the first difference.
     *
     * @throws IllegalArgumentException if the data types differ
     */
    public boolean fills(NdArray block) {
        if (!block.dataType().equals(dataType())) {
            throw new IllegalArgumentException("Data types differ: block "
                    + block.dataType().zarrName() + ", fill value " + dataType().zarrName());
        }
        return FillDetection.isFilled(block, new int[block.rank()], block.shapeUnsafe(), scalar);
    }

    /**
     * Whether every element in a box of a block reads as this fill value, as {@link #fills(NdArray)} has it.
     *
     * @param block elements of this data type
     * @param from first index of the box
     * @param lengths number of elements in each dimension
     * @throws IllegalArgumentException if data types or ranks differ
     * @throws IndexOutOfBoundsException if the box leaves the block
     */
    public boolean fills(NdArray block, int[] from, int... lengths) {
        block.requireBox(dataType(), from, lengths);
        return FillDetection.isFilled(block, from, lengths, scalar);
    }

    /** Whether new arrays of the data type have this value everywhere: zero in every bit, false or empty. */
    boolean isAsAllocated() {
        return Objects.deepEquals(
                scalar.elements(), NdArray.allocate(dataType()).elements());
    }

    NdArray scalar() {
        return scalar;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FillValue that && dataType().equals(that.dataType()) && toJson().equals(that.toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    @Override
    public String toString() {
        return dataType().zarrName() + " " + toJson();
    }
}
