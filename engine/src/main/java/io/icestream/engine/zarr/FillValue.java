package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * The value of elements that were never written, of one data type. Immutable.
 *
 * <p>JSON forms as in the Zarr core specification: numbers; {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"} or bits as in {@code "0x7fc00000"} for floats; a pair
 * of such for complex types; booleans; text for strings.
 */
public final class FillValue {
    private final NdArray scalar;

    private FillValue(NdArray scalar) {
        this.scalar = scalar;
    }

    /** Zero, false, or the empty string. */
    public static FillValue zero(DataType dataType) {
        return new FillValue(NdArray.allocate(dataType));
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
        if (dataType.kind() == DataType.Kind.COMPLEX) {
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
        if (dataType == DataType.UINT64) {
            return new FillValue(NdArray.of(dataType, new long[] {value}));
        }
        if (dataType.kind() == DataType.Kind.COMPLEX) {
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
                dataType.kind() == DataType.Kind.COMPLEX
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
        if (block.dataType() != dataType()) {
            throw new IllegalArgumentException("Data types differ: block "
                    + block.dataType().zarrName() + ", fill value " + dataType().zarrName());
        }
        return FillDetection.isFilled(block, scalar);
    }

    NdArray scalar() {
        return scalar;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FillValue that && dataType() == that.dataType() && toJson().equals(that.toJson());
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
