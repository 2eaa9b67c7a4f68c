package io.icestream.engine.zarr;

/** Copies elements whose distance in the source is not that in the target. Strides and offsets are counted in entries of the Java arrays. */
final class StridedCopy {
    private final Object source;
    private final Object target;
    private final int[] sourceStrides;
    private final int[] targetStrides;
    private final int[] lengths;
    private final int slots;

    private StridedCopy(NdArray source, int[] sourceStrides, NdArray target, int[] lengths) {
        this.source = source.elements();
        this.target = target.elements();
        this.sourceStrides = sourceStrides;
        this.slots = target.dataType().slots();
        this.targetStrides = BlockCopy.strides(target.shapeUnsafe(), slots);
        this.lengths = lengths;
    }

    /** Copies every so many-th element; all bounds are checked by the caller and no length is 0. */
    static void copy(NdArray source, int[] from, int[] steps, NdArray target, int[] to, int[] lengths) {
        int[] strides =
                BlockCopy.strides(source.shapeUnsafe(), source.dataType().slots());
        int start = BlockCopy.offset(from, strides);
        for (int d = 0; d < steps.length; d++) {
            // A single element is not stepped from, and its step may be larger than the array.
            strides[d] = lengths[d] == 1 ? 0 : strides[d] * steps[d];
        }
        StridedCopy copy = new StridedCopy(source, strides, target, lengths);
        copy.copyFrom(0, start, BlockCopy.offset(to, copy.targetStrides));
    }

    /** Fills the target, dimension {@code i} of which is dimension {@code order[i]} of the source; no length is 0. */
    static void transpose(NdArray source, int[] order, NdArray target) {
        int[] own = BlockCopy.strides(source.shapeUnsafe(), source.dataType().slots());
        int[] strides = new int[order.length];
        for (int d = 0; d < order.length; d++) {
            strides[d] = own[order[d]];
        }
        new StridedCopy(source, strides, target, target.shapeUnsafe()).copyFrom(0, 0, 0);
    }

    private void copyFrom(int dimension, int sourceOffset, int targetOffset) {
        if (dimension >= lengths.length - 1) {
            copyRow(sourceOffset, targetOffset);
            return;
        }
        for (int i = 0; i < lengths[dimension]; i++) {
            copyFrom(
                    dimension + 1,
                    sourceOffset + i * sourceStrides[dimension],
                    targetOffset + i * targetStrides[dimension]);
        }
    }

    private void copyRow(int sourceOffset, int targetOffset) {
        int last = lengths.length - 1;
        int count = last < 0 ? 1 : lengths[last];
        int stride = last < 0 ? slots : sourceStrides[last];
        if (stride == slots) {
            copySlots(sourceOffset, targetOffset, count * slots);
        } else if (slots == 1) {
            gather(sourceOffset, stride, targetOffset, count);
        } else {
            for (int i = 0; i < count; i++) {
                copySlots(sourceOffset + i * stride, targetOffset + i * slots, slots);
            }
        }
    }

    @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of the kind that holds the data type
    private void copySlots(int sourceOffset, int targetOffset, int count) {
        System.arraycopy(source, sourceOffset, target, targetOffset, count);
    }

    private void gather(int from, int stride, int to, int count) {
        if (source instanceof double[] doubles) {
            double[] into = (double[]) target;
            for (int i = 0; i < count; i++) {
                into[to + i] = doubles[from + i * stride];
            }
        } else if (source instanceof float[] floats) {
            float[] into = (float[]) target;
            for (int i = 0; i < count; i++) {
                into[to + i] = floats[from + i * stride];
            }
        } else if (source instanceof long[] longs) {
            long[] into = (long[]) target;
            for (int i = 0; i < count; i++) {
                into[to + i] = longs[from + i * stride];
            }
        } else if (source instanceof int[] ints) {
            int[] into = (int[]) target;
            for (int i = 0; i < count; i++) {
                into[to + i] = ints[from + i * stride];
            }
        } else {
            gatherSmall(from, stride, to, count);
        }
    }

    private void gatherSmall(int from, int stride, int to, int count) {
        if (source instanceof short[] shorts) {
            short[] into = (short[]) target;
            for (int i = 0; i < count; i++) {
                into[to + i] = shorts[from + i * stride];
            }
        } else if (source instanceof byte[] bytes) {
            byte[] into = (byte[]) target;
            for (int i = 0; i < count; i++) {
                into[to + i] = bytes[from + i * stride];
            }
        } else {
            Object[] objects = (Object[]) source;
            Object[] into = (Object[]) target;
            for (int i = 0; i < count; i++) {
                into[to + i] = objects[from + i * stride];
            }
        }
    }
}
