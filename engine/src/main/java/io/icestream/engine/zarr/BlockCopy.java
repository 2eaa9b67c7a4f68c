package io.icestream.engine.zarr;

/** Copies a box between two C ordered primitive arrays in the longest runs that are contiguous in both. */
final class BlockCopy {
    private final Object source;
    private final Object target;
    private final int[] lengths;
    private final int[] sourceStrides;
    private final int[] targetStrides;
    private final int outerRank;
    private final int run;

    private BlockCopy(NdArray source, NdArray target, int[] lengths) {
        this.source = source.elements();
        this.target = target.elements();
        this.lengths = lengths;
        int slots = source.dataType().slots();
        this.sourceStrides = strides(source.shapeUnsafe(), slots);
        this.targetStrides = strides(target.shapeUnsafe(), slots);
        int dimension = lengths.length;
        int length = slots;
        boolean contiguous = true;
        while (dimension > 0 && contiguous) {
            dimension--;
            length *= lengths[dimension];
            contiguous = lengths[dimension] == source.shapeUnsafe()[dimension]
                    && lengths[dimension] == target.shapeUnsafe()[dimension];
        }
        this.outerRank = dimension;
        this.run = length;
    }

    /** Copies; all bounds are checked by the caller and no length is 0. */
    static void copy(NdArray source, int[] from, NdArray target, int[] to, int[] lengths) {
        BlockCopy copy = new BlockCopy(source, target, lengths);
        copy.copyFrom(0, offset(from, copy.sourceStrides), offset(to, copy.targetStrides));
    }

    private void copyFrom(int dimension, int sourceOffset, int targetOffset) {
        if (dimension == outerRank) {
            System.arraycopy(source, sourceOffset, target, targetOffset, run);
            return;
        }
        int sourceStep = sourceStrides[dimension];
        int targetStep = targetStrides[dimension];
        for (int i = 0; i < lengths[dimension]; i++) {
            copyFrom(dimension + 1, sourceOffset + i * sourceStep, targetOffset + i * targetStep);
        }
    }

    static int[] strides(int[] shape, int slots) {
        int[] strides = new int[shape.length];
        int stride = slots;
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= shape[d];
        }
        return strides;
    }

    static int offset(int[] index, int[] strides) {
        int offset = 0;
        for (int d = 0; d < index.length; d++) {
            offset += index[d] * strides[d];
        }
        return offset;
    }
}
