package io.icestream.engine.zarr;

import java.util.Arrays;

/**
 * A box of elements: a half open range of element indices in each dimension. Immutable.
 *
 * <p>A region may be empty in a dimension; it does not know the array that it lies in.
 */
public final class Region {
    private final long[] origin;
    private final long[] shape;

    /**
     * @param origin first element index in each dimension, at least 0
     * @param shape number of elements in each dimension, at least 0; as many entries as {@code origin}
     * @throws IllegalArgumentException if the ranks differ, an entry is negative, or an end exceeds the range of a long
     */
    public Region(long[] origin, long[] shape) {
        this.origin = origin.clone();
        this.shape = shape.clone();
        if (origin.length != shape.length) {
            throw new IllegalArgumentException("Invalid region: origin " + Arrays.toString(origin) + " and shape "
                    + Arrays.toString(shape) + " differ in rank");
        }
        for (int d = 0; d < origin.length; d++) {
            if (origin[d] < 0 || shape[d] < 0 || origin[d] > Long.MAX_VALUE - shape[d]) {
                throw new IllegalArgumentException("Invalid region: origin " + Arrays.toString(origin) + ", shape "
                        + Arrays.toString(shape) + "; entries must not be negative nor overflow");
            }
        }
    }

    /** The region of a whole array of that shape. */
    public static Region whole(long... shape) {
        return new Region(new long[shape.length], shape);
    }

    /** Number of dimensions. */
    public int rank() {
        return origin.length;
    }

    /** First element index in each dimension; a copy. */
    public long[] origin() {
        return origin.clone();
    }

    /** Number of elements in each dimension; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** First element index in one dimension. */
    public long start(int dimension) {
        return origin[dimension];
    }

    /** Element index behind the last one in one dimension. */
    public long end(int dimension) {
        return origin[dimension] + shape[dimension];
    }

    /** Number of elements in one dimension. */
    public long length(int dimension) {
        return shape[dimension];
    }

    /** Whether there is no element in it. A region of rank 0 has one element. */
    public boolean isEmpty() {
        for (long length : shape) {
            if (length == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Region that && Arrays.equals(origin, that.origin) && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(origin) + Arrays.hashCode(shape);
    }

    /** For messages: {@code [0:10, 5:8]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int d = 0; d < origin.length; d++) {
            text.append(d == 0 ? "" : ", ").append(start(d)).append(':').append(end(d));
        }
        return text.append(']').toString();
    }
}
