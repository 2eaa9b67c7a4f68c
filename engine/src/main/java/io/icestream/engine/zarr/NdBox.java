package io.icestream.engine.zarr;

import java.util.Arrays;

/** A box of an array's elements where they lie, not copied. */
final class NdBox {
    private final NdArray array;
    private final int[] from;
    private final int[] lengths;

    private NdBox(NdArray array, int[] from, int... lengths) {
        this.array = array;
        this.from = from;
        this.lengths = lengths;
    }

    /** All of an array. */
    static NdBox whole(NdArray array) {
        return new NdBox(array, new int[array.rank()], array.shapeUnsafe());
    }

    /**
     * A box of an array.
     *
     * @throws IllegalArgumentException if ranks differ
     * @throws IndexOutOfBoundsException if the box leaves the array
     */
    static NdBox of(NdArray array, int[] from, int... lengths) {
        array.requireBox(array.dataType(), from, lengths);
        return new NdBox(array, from.clone(), lengths.clone());
    }

    /** A box in this one, counted from its first element; inside, which the caller has checked. */
    NdBox inner(int[] innerFrom, int... innerLengths) {
        int[] start = from.clone();
        for (int d = 0; d < start.length; d++) {
            start[d] += innerFrom[d];
        }
        return new NdBox(array, start, innerLengths);
    }

    DataType dataType() {
        return array.dataType();
    }

    /** The array that holds the elements, and others beside them. */
    Object elements() {
        return array.elements();
    }

    int[] shapeUnsafe() {
        return lengths;
    }

    /** Whether every element reads as the fill value, of the same data type. */
    boolean isFilledWith(FillValue fill) {
        return fill.fills(array, from, lengths);
    }

    /** The elements as an array: the very one if the box is all of it, else a copy. */
    NdArray toArray() {
        return Arrays.equals(lengths, array.shapeUnsafe()) ? array : array.copyOfRegion(from, lengths);
    }

    /** Overwrites the elements by those of an array of the box's shape. */
    void copyFrom(NdArray source) {
        source.copyRegion(new int[lengths.length], array, from, lengths);
    }

    /** Takes the runs of elements that lie side by side. */
    @FunctionalInterface
    interface Run {
        /** Takes one run: where it begins and how long it is, in entries of the Java array. */
        void take(int offset, int length);
    }

    /** Goes through the elements in C order, in the longest runs that there are. */
    void forEachRun(Run run) {
        if (Shapes.elementCount(lengths) == 0) {
            return;
        }
        int[] shape = array.shapeUnsafe();
        int slots = dataType().slots();
        int[] strides = BlockCopy.strides(shape, slots);
        int outerRank = lengths.length;
        int length = slots;
        boolean contiguous = true;
        while (outerRank > 0 && contiguous) {
            outerRank--;
            length *= lengths[outerRank];
            contiguous = lengths[outerRank] == shape[outerRank];
        }
        forEachRun(run, strides, outerRank, length, 0, BlockCopy.offset(from, strides));
    }

    private void forEachRun(Run run, int[] strides, int outerRank, int length, int dimension, int offset) {
        if (dimension == outerRank) {
            run.take(offset, length);
            return;
        }
        for (int i = 0; i < lengths[dimension]; i++) {
            forEachRun(run, strides, outerRank, length, dimension + 1, offset + i * strides[dimension]);
        }
    }

    /** For messages: data type and shape, no elements. */
    @Override
    public String toString() {
        return dataType() + Arrays.toString(lengths);
    }
}
