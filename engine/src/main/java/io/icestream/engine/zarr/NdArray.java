package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

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
 *   <tr><td>r*, raw_bytes, null_terminated_bytes, struct (each element as many entries as it has bytes)</td><td>{@code byte[]}</td></tr>
 *   <tr><td>int16, uint16, float16 (bits)</td><td>{@code short[]}</td></tr>
 *   <tr><td>int32, uint32</td><td>{@code int[]}</td></tr>
 *   <tr><td>fixed_length_utf32 (each element as many entries as it is long)</td><td>{@code int[]}</td></tr>
 *   <tr><td>int64, uint64, datetime64, timedelta64</td><td>{@code long[]}</td></tr>
 *   <tr><td>float32, complex64 (pairs)</td><td>{@code float[]}</td></tr>
 *   <tr><td>float64, complex128 (pairs)</td><td>{@code double[]}</td></tr>
 *   <tr><td>string</td><td>{@code String[]}, no nulls</td></tr>
 *   <tr><td>variable_length_bytes</td><td>{@code byte[][]}, no nulls</td></tr>
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
            throw new IllegalArgumentException("Shape " + Arrays.toString(shape) + " of data type " + dataType
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

    /** Wraps values of data type variable_length_bytes; none may be null. */
    public static NdArray of(byte[][] values, int... shape) {
        return new NdArray(DataType.VARIABLE_LENGTH_BYTES, values, shape);
    }

    /**
     * Copies texts into a new array of data type string or fixed_length_utf32.
     *
     * @throws IllegalArgumentException if the data type is another one or a text has more code points than it allows
     */
    public static NdArray ofTexts(DataType dataType, String[] values, int... shape) {
        if (dataType.equals(DataType.STRING)) {
            return of(values.clone(), shape);
        }
        if (dataType.kind() != DataType.Kind.FIXED_LENGTH_UTF32) {
            throw new IllegalArgumentException("Data type " + dataType + " is not for texts");
        }
        NdArray array = allocate(dataType, shape);
        requireCount(values.length, array);
        for (int i = 0; i < values.length; i++) {
            int[] points = values[i].codePoints().toArray();
            requireFits(points.length, array);
            System.arraycopy(points, 0, array.ints(), i * dataType.slots(), points.length);
        }
        return array;
    }

    /**
     * Copies byte strings into a new array of a data type of bytes: shorter ones than the data type has are filled up with zeros.
     *
     * @throws IllegalArgumentException if the data type is another one or a byte string is longer than it allows
     */
    public static NdArray ofBytes(DataType dataType, byte[][] values, int... shape) {
        if (dataType.equals(DataType.VARIABLE_LENGTH_BYTES)) {
            return of(values.clone(), shape);
        }
        switch (dataType.kind()) {
            case RAW_BITS, RAW_BYTES, NULL_TERMINATED_BYTES, STRUCT -> {}
            default -> throw new IllegalArgumentException("Data type " + dataType + " is not for bytes");
        }
        NdArray array = allocate(dataType, shape);
        requireCount(values.length, array);
        for (int i = 0; i < values.length; i++) {
            requireFits(values[i].length, array);
            System.arraycopy(values[i], 0, array.bytes(), i * dataType.slots(), values[i].length);
        }
        return array;
    }

    private static void requireCount(int count, NdArray array) {
        if (count != array.size) {
            throw new IllegalArgumentException(
                    count + " values do not fit shape " + Arrays.toString(array.shapeUnsafe()));
        }
    }

    private static void requireFits(int length, NdArray array) {
        if (length > array.dataType.slots()) {
            throw new IllegalArgumentException("A value of length " + length + " does not fit data type "
                    + array.dataType + " of length " + array.dataType.slots());
        }
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
        if (!fill.isAsAllocated()) {
            array.fill(fill);
        }
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

    /** The backing array of an int64, uint64, datetime64 or timedelta64 array. */
    public long[] longs() {
        return backing(long[].class);
    }

    /** The backing array of an int32 or uint32 array, or of fixed_length_utf32 as code points. */
    public int[] ints() {
        return backing(int[].class);
    }

    /** The backing array of an int16, uint16 or float16 (as bits) array. */
    public short[] shorts() {
        return backing(short[].class);
    }

    /** The backing array of an int8, uint8 or bool (0 or 1) array, or of raw or structured elements one after the other. */
    public byte[] bytes() {
        return backing(byte[].class);
    }

    /** The backing array of a string array. */
    public String[] strings() {
        return backing(String[].class);
    }

    /** The backing array of a variable_length_bytes array. */
    public byte[][] byteStrings() {
        return backing(byte[][].class);
    }

    private <T> T backing(Class<T> kind) {
        if (!kind.isInstance(elements)) {
            throw new IllegalStateException("An array of data type " + dataType + " is held in "
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
     * @throws IllegalStateException if the data type is complex or not one of numbers
     */
    public double doubleAt(int position) {
        return Elements.doubleAt(dataType, elements, position);
    }

    /**
     * The element at a position as a long; uint64 as its 64 bits (see {@link Long#toUnsignedString(long)}), booleans as 0 and 1, times as they are counted.
     *
     * @throws IllegalStateException if the data type is not bool, integer or time
     */
    public long longAt(int position) {
        return Elements.longAt(dataType, elements, position);
    }

    /**
     * The bytes of an element of raw or structured type or of a byte string; a copy, without the zeros at the end of a null-terminated one.
     *
     * @throws IllegalStateException if the data type is another one
     */
    public byte[] bytesAt(int position) {
        return Elements.bytesAt(dataType, elements, position);
    }

    /**
     * The instant that an element of data type datetime64 stands for, to the nanosecond below.
     *
     * @return empty for NaT, without a unit, and beyond what {@link Instant} can hold
     * @throws IllegalStateException if the data type is another one
     */
    public Optional<Instant> instantAt(int position) {
        if (dataType.kind() != DataType.Kind.DATETIME64) {
            throw new IllegalStateException("An element of data type " + dataType + " is no time");
        }
        return NumpyTime.instant(dataType, longs()[position]);
    }

    /**
     * The element at a position as text, for any data type: {@code 1.5}, {@code NaN}, {@code true}, {@code 1.0-2.0j}, {@code 2026-01-01T00:00:00Z}, {@code NaT}; bytes in
     * hexadecimal digits, structures as JSON.
     */
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
     * Sets every element of a box to a fill value.
     *
     * @param from first index of the box
     * @param lengths number of elements in each dimension
     * @throws IllegalArgumentException if data types or ranks differ
     * @throws IndexOutOfBoundsException if the box leaves the array; then nothing is set
     */
    public void fill(FillValue fill, int[] from, int... lengths) {
        requireBox(fill.dataType(), from, lengths);
        if (Arrays.equals(lengths, shape)) {
            fill(fill);
        } else if (Shapes.elementCount(lengths) > 0) {
            filled(fill, lengths).copyRegion(new int[rank()], this, from, lengths);
        }
    }

    /**
     * Writes the elements in C order to a buffer, numbers in its byte order.
     *
     * @param target receives the bytes from its position on, which moves behind them
     * @throws java.nio.BufferOverflowException if the buffer has not room enough; then nothing is written
     * @throws IllegalStateException if elements have no fixed size
     */
    public void writeTo(ByteBuffer target) {
        int bytes = Shapes.size(size, dataType.sizeBytes());
        if (bytes > target.remaining()) {
            throw new BufferOverflowException();
        }
        codecFor(target)
                .encode(
                        NdBox.whole(this),
                        length -> target.slice(target.position(), length).order(target.order()));
        target.position(target.position() + bytes);
    }

    /**
     * Reads a new array from a buffer: elements in C order, numbers in its byte order.
     *
     * @param source the bytes from its position on, which moves behind them
     * @throws java.nio.BufferUnderflowException if the buffer has not so many bytes
     * @throws IllegalStateException if elements of the data type have no fixed size
     */
    public static NdArray readFrom(ByteBuffer source, DataType dataType, int... shape) {
        int bytes = Shapes.size(Shapes.elementCount(shape), dataType.sizeBytes());
        if (bytes > source.remaining()) {
            throw new BufferUnderflowException();
        }
        NdArray array = codecFor(source).decode(source.slice(source.position(), bytes), dataType, shape);
        source.position(source.position() + bytes);
        return array;
    }

    private static BytesCodec codecFor(ByteBuffer buffer) {
        return new BytesCodec(buffer.order() == ByteOrder.BIG_ENDIAN ? Endian.BIG : Endian.LITTLE);
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

    /**
     * Copies every so many-th element of a box of this array to another array of the same data type and rank. Cost: one step for each run or element.
     *
     * @param from first index in this array
     * @param steps distance of the elements that are copied in each dimension, at least 1
     * @param target array to write to; must not share this array's elements
     * @param to first index in {@code target}, where they end up side by side
     * @param lengths number of elements to copy in each dimension
     * @throws IllegalArgumentException if the data types or ranks differ or a step is less than 1
     * @throws IndexOutOfBoundsException if what is copied leaves one of the arrays; then nothing is copied
     */
    public void copyStrided(int[] from, int[] steps, NdArray target, int[] to, int[] lengths) {
        int[] spans = new int[lengths.length];
        for (int d = 0; d < spans.length; d++) {
            if (steps.length != spans.length || steps[d] < 1) {
                throw new IllegalArgumentException("Invalid steps " + Arrays.toString(steps)
                        + ": one of at least 1 is needed for each of " + spans.length + " dimensions");
            }
            long span = lengths[d] < 1 ? lengths[d] : (lengths[d] - 1L) * steps[d] + 1;
            spans[d] = (int) Math.min(span, Integer.MAX_VALUE);
        }
        requireBox(target.dataType, from, spans);
        target.requireBox(dataType, to, lengths);
        if (Shapes.elementCount(lengths) > 0) {
            StridedCopy.copy(this, from, steps, target, to, lengths);
        }
    }

    /**
     * A new array with the dimensions in another order, copied.
     *
     * @param order entry {@code i} is the dimension of this array that becomes dimension {@code i}
     */
    NdArray transposed(int... order) {
        int[] transposedShape = new int[order.length];
        for (int d = 0; d < order.length; d++) {
            transposedShape[d] = shape[order[d]];
        }
        NdArray transposed = allocate(dataType, transposedShape);
        if (size > 0) {
            StridedCopy.transpose(this, order, transposed);
        }
        return transposed;
    }

    /** Checks that a box of elements of that data type lies in this array. */
    void requireBox(DataType expected, int[] from, int[] lengths) {
        requireType(expected);
        if (from.length != rank() || lengths.length != rank()) {
            throw new IllegalArgumentException("Ranks differ: array " + rank() + ", from " + Arrays.toString(from)
                    + ", lengths " + Arrays.toString(lengths));
        }
        requireInside(from, lengths);
    }

    private void requireType(DataType expected) {
        if (!dataType.equals(expected)) {
            throw new IllegalArgumentException("Data types differ: " + dataType + " and " + expected);
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
        return dataType + Arrays.toString(shape);
    }
}
