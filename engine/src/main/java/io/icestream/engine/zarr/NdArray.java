package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/**
 * A dense block of elements in C order (last dimension fastest) over one primitive array.
 *
 * <p>The primitive array is shared, not copied: whoever passes one in or takes it out sees and makes changes of the other side.
 * Not thread-safe while anybody writes.
 *
 * <table>
 *   <caption>Array kinds</caption>
 *   <tr><th>data types</th><th>held in</th></tr>
 *   <tr><td>bool (0 or 1), int8, uint8</td><td>{@code byte[]}</td></tr>
 *   <tr><td>int16, uint16, float16 (bits)</td><td>{@code short[]}</td></tr>
 *   <tr><td>int32, uint32</td><td>{@code int[]}</td></tr>
 *   <tr><td>int64, uint64</td><td>{@code long[]}</td></tr>
 *   <tr><td>float32, complex64 (pairs)</td><td>{@code float[]}</td></tr>
 *   <tr><td>float64, complex128 (pairs)</td><td>{@code double[]}</td></tr>
 *   <tr><td>string</td><td>{@code String[]}, no nulls</td></tr>
 * </table>
 *
 * <p>A <em>position</em> is the number of an element in C order.
 */
public final class NdArray {
    private final DataType dataType;
    private final int[] shape;
    private final int size;
    private final Object elements;

    private NdArray(DataType dataType, Object elements, int... shape) {
        this.dataType = dataType;
        this.shape = shape.clone();
        this.size = Shapes.elementCount(this.shape);
        this.elements = elements;
        int length = Elements.length(dataType, elements);
        if (length != (long) size * dataType.slots()) {
            throw new IllegalArgumentException(
                    "Shape " + Arrays.toString(shape) + " of data type " + dataType.zarrName()
                            + " does not fit " + elements.getClass().getSimpleName()
                            + (length < 0 ? "" : " with " + length + " entries"));
        }
    }

    /**
     * Wraps a primitive array of the kind that the data type is held in.
     *
     * @throws IllegalArgumentException if the kind or the number of entries is wrong
     */
    public static NdArray of(DataType dataType, Object elements, int... shape) {
        return new NdArray(dataType, elements, shape);
    }

    /** Wraps values of data type float64. */
    public static NdArray of(double[] values, int... shape) {
        return new NdArray(DataType.FLOAT64, values, shape);
    }

    /** Wraps values of data type float32. */
    public static NdArray of(float[] values, int... shape) {
        return new NdArray(DataType.FLOAT32, values, shape);
    }

    /** Wraps values of data type int64. */
    public static NdArray of(long[] values, int... shape) {
        return new NdArray(DataType.INT64, values, shape);
    }

    /** Wraps values of data type int32. */
    public static NdArray of(int[] values, int... shape) {
        return new NdArray(DataType.INT32, values, shape);
    }

    /** Wraps values of data type int16. */
    public static NdArray of(short[] values, int... shape) {
        return new NdArray(DataType.INT16, values, shape);
    }

    /** Wraps values of data type int8. */
    public static NdArray of(byte[] values, int... shape) {
        return new NdArray(DataType.INT8, values, shape);
    }

    /** Wraps values of data type string; none may be null. */
    public static NdArray of(String[] values, int... shape) {
        return new NdArray(DataType.STRING, values, shape);
    }

    /** Copies values into a new array of data type bool. */
    public static NdArray of(boolean[] values, int... shape) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return new NdArray(DataType.BOOL, bytes, shape);
    }

    /** A new array of zeros, false or empty strings. */
    public static NdArray allocate(DataType dataType, int... shape) {
        return new NdArray(dataType, Elements.allocate(dataType, Shapes.elementCount(shape)), shape);
    }

    /** A new array whose every element is the fill value, of its data type. */
    public static NdArray filled(FillValue fill, int... shape) {
        NdArray array = allocate(fill.dataType(), shape);
        array.fill(fill);
        return array;
    }

    /** Data type of the elements. */
    public DataType dataType() {
        return dataType;
    }

    /** Number of elements in each dimension; a copy. */
    public int[] shape() {
        return shape.clone();
    }

    int[] shapeUnsafe() {
        return shape;
    }

    /** Number of dimensions; 0 for a scalar. */
    public int rank() {
        return shape.length;
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** The backing array itself, of the kind in the table above. */
    public Object elements() {
        return elements;
    }

    /** The backing array of a float64 array, or of complex128 as pairs. */
    public double[] doubles() {
        return backing(double[].class);
    }

    /** The backing array of a float32 array, or of complex64 as pairs. */
    public float[] floats() {
        return backing(float[].class);
    }

    /** The backing array of an int64 or uint64 array. */
    public long[] longs() {
        return backing(long[].class);
    }

    /** The backing array of an int32 or uint32 array. */
    public int[] ints() {
        return backing(int[].class);
    }

    /** The backing array of an int16, uint16 or float16 (as bits) array. */
    public short[] shorts() {
        return backing(short[].class);
    }

    /** The backing array of an int8, uint8 or bool (0 or 1) array. */
    public byte[] bytes() {
        return backing(byte[].class);
    }

    /** The backing array of a string array. */
    public String[] strings() {
        return backing(String[].class);
    }

    private <T> T backing(Class<T> kind) {
        if (!kind.isInstance(elements)) {
            throw new IllegalStateException("An array of data type " + dataType.zarrName() + " is held in "
                    + elements.getClass().getSimpleName() + ", not in " + kind.getSimpleName());
        }
        return kind.cast(elements);
    }

    /**
     * Position of the element at an index.
     *
     * @throws IndexOutOfBoundsException if the index lies outside the shape or has another rank
     */
    public int position(int... index) {
        if (index.length != shape.length) {
            throw new IndexOutOfBoundsException(
                    "Index " + Arrays.toString(index) + " for shape " + Arrays.toString(shape));
        }
        int position = 0;
        for (int d = 0; d < shape.length; d++) {
            if (index[d] < 0 || index[d] >= shape[d]) {
                throw new IndexOutOfBoundsException(
                        "Index " + Arrays.toString(index) + " for shape " + Arrays.toString(shape));
            }
            position = position * shape[d] + index[d];
        }
        return position;
    }

    /**
     * The element at a position as a double: integers rounded, booleans as 0 and 1.
     *
     * @throws IllegalStateException if the data type is complex or string
     */
    public double doubleAt(int position) {
        return Elements.doubleAt(dataType, elements, position);
    }

    /**
     * The element at a position as a long; uint64 as its 64 bits (see {@link Long#toUnsignedString(long)}), booleans as 0 and 1.
     *
     * @throws IllegalStateException if the data type is not bool or integer
     */
    public long longAt(int position) {
        return Elements.longAt(dataType, elements, position);
    }

    /** The element at a position as text, for any data type: {@code 1.5}, {@code NaN}, {@code true}, {@code 1.0-2.0j}. */
    public String stringAt(int position) {
        return Elements.stringAt(dataType, elements, position);
    }

    /**
     * The element at a position as JSON, in the form that Zarr has for fill values: what is not finite as text, complex numbers as pairs.
     */
    public JsonNode jsonAt(int position) {
        return Elements.jsonAt(dataType, elements, position);
    }

    /**
     * Sets every element to a fill value.
     *
     * @throws IllegalArgumentException if the data types differ
     */
    public void fill(FillValue fill) {
        requireType(fill.dataType());
        Elements.fill(dataType, elements, fill.scalar().elements());
    }

    /**
     * Copies a box of this array to another array of the same data type and rank. Cost: one bulk copy for each contiguous run.
     *
     * @param from first index in this array
     * @param target array to write to; must not share this array's elements
     * @param to first index in {@code target}
     * @param lengths number of elements in each dimension; with a 0 among them nothing is copied
     * @throws IllegalArgumentException if the data types or ranks differ
     * @throws IndexOutOfBoundsException if the box leaves one of the arrays; then nothing is copied
     */
    public void copyRegion(int[] from, NdArray target, int[] to, int[] lengths) {
        target.requireType(dataType);
        if (target.rank() != rank() || from.length != rank() || to.length != rank() || lengths.length != rank()) {
            throw new IllegalArgumentException("Ranks differ: arrays " + rank() + " and " + target.rank() + ", from "
                    + Arrays.toString(from) + ", to " + Arrays.toString(to) + ", lengths " + Arrays.toString(lengths));
        }
        requireInside(from, lengths);
        target.requireInside(to, lengths);
        if (Shapes.elementCount(lengths) > 0) {
            BlockCopy.copy(this, from, target, to, lengths);
        }
    }

    /** A new array with a copy of one box of this one. */
    public NdArray copyOfRegion(int[] from, int... lengths) {
        NdArray copy = allocate(dataType, lengths);
        copyRegion(from, copy, new int[rank()], lengths);
        return copy;
    }

    /** The same elements, not copied, in another shape of the same number of elements. */
    public NdArray reshaped(int... newShape) {
        return new NdArray(dataType, elements, newShape);
    }

    private void requireType(DataType expected) {
        if (dataType != expected) {
            throw new IllegalArgumentException(
                    "Data types differ: " + dataType.zarrName() + " and " + expected.zarrName());
        }
    }

    private void requireInside(int[] from, int[] lengths) {
        for (int d = 0; d < shape.length; d++) {
            if (from[d] < 0 || lengths[d] < 0 || from[d] > shape[d] - lengths[d]) {
                throw new IndexOutOfBoundsException("Box at " + Arrays.toString(from) + " of "
                        + Arrays.toString(lengths) + " leaves shape " + Arrays.toString(shape));
            }
        }
    }

    /** For messages: data type and shape, no elements. */
    @Override
    public String toString() {
        return dataType.zarrName() + Arrays.toString(shape);
    }
}
