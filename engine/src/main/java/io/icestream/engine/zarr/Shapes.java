package io.icestream.engine.zarr;

import java.util.Arrays;

/** Arithmetic on shapes that fit one Java array. */
final class Shapes {
    private Shapes() {}

    /**
     * Number of elements of a shape; 1 for rank 0.
     *
     * @throws IllegalArgumentException if a length is negative or there are more elements than a Java array can have
     */
    static int elementCount(int... shape) {
        long count = 1;
        for (int length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException("Invalid shape " + Arrays.toString(shape) + ": negative length");
            }
            count *= length;
            if (count > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("Shape " + Arrays.toString(shape)
                        + " has more elements than one Java array can hold; read or write it in smaller regions");
            }
        }
        return (int) count;
    }

    /**
     * Size of so many parts of a fixed size.
     *
     * @throws IllegalArgumentException if one Java array or buffer cannot hold them
     */
    static int size(int count, int partSize) {
        long size = (long) count * partSize;
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(count + " elements are more than one Java array or buffer can hold ("
                    + size + " of at most " + Integer.MAX_VALUE + "); choose a smaller shape");
        }
        return (int) size;
    }

    /** Lengths of int as long. */
    static long[] toLongs(int... shape) {
        long[] longs = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            longs[d] = shape[d];
        }
        return longs;
    }

    /** Lengths of long as int, for a block that is to be held in memory. */
    static int[] toInts(long... shape) {
        int[] ints = new int[shape.length];
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("Shape " + Arrays.toString(shape)
                        + " has more elements than one Java array can hold; read or write it in smaller regions");
            }
            ints[d] = (int) shape[d];
        }
        return ints;
    }
}
