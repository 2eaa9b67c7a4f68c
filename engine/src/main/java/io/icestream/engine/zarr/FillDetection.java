package io.icestream.engine.zarr;

/** Tells whether elements are nothing but one value. */
final class FillDetection {
    private FillDetection() {}

    /** Whether the box of a block holds nothing but the value; bounds are checked by the caller. */
    static boolean isFilled(NdArray block, int[] from, int[] lengths, NdArray value) {
        if (Shapes.elementCount(lengths) == 0) {
            return true;
        }
        return isFilled(block, from, lengths, value, 0, 0);
    }

    private static boolean isFilled(
            NdArray block, int[] from, int[] lengths, NdArray value, int dimension, int position) {
        int[] shape = block.shapeUnsafe();
        if (dimension >= shape.length - 1) {
            int start = shape.length == 0 ? 0 : position * shape[dimension] + from[dimension];
            int length = shape.length == 0 ? 1 : lengths[dimension];
            return isRunFilled(block, start, start + length, value);
        }
        int base = position * shape[dimension] + from[dimension];
        for (int i = 0; i < lengths[dimension]; i++) {
            if (!isFilled(block, from, lengths, value, dimension + 1, base + i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRunFilled(NdArray block, int fromPosition, int toPosition, NdArray value) {
        DataType type = block.dataType();
        int slots = type.slots();
        int from = fromPosition * slots;
        int to = toPosition * slots;
        return switch (type.layout()) {
            case BYTES -> isFilled(block.bytes(), from, to, value.bytes());
            case SHORTS ->
                type.kind() == DataType.Kind.FLOAT16
                        ? isFilledWithHalf(block.shorts(), from, to, value.shorts()[0])
                        : isFilled(block.shorts(), from, to, value.shorts()[0]);
            case INTS -> isFilled(block.ints(), from, to, value.ints());
            case LONGS -> isFilled(block.longs(), from, to, value.longs()[0]);
            case FLOATS -> isFilled(block.floats(), from, to, value.floats());
            case DOUBLES -> isFilled(block.doubles(), from, to, value.doubles());
            case STRINGS -> isFilled(block.strings(), from, to, value.strings()[0]);
            case BYTE_STRINGS -> isFilled(block.byteStrings(), from, to, value.byteStrings()[0]);
        };
    }

    private static boolean isFilled(byte[] elements, int from, int to, byte[] value) {
        int slots = value.length;
        for (int i = from; i < to; i += slots) {
            for (int slot = 0; slot < slots; slot++) {
                if (elements[i + slot] != value[slot]) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFilled(int[] elements, int from, int to, int[] value) {
        int slots = value.length;
        for (int i = from; i < to; i += slots) {
            for (int slot = 0; slot < slots; slot++) {
                if (elements[i + slot] != value[slot]) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFilled(short[] elements, int from, int to, short value) {
        for (int i = from; i < to; i++) {
            if (elements[i] != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilled(long[] elements, int from, int to, long value) {
        for (int i = from; i < to; i++) {
            if (elements[i] != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilledWithHalf(short[] elements, int from, int to, short value) {
        if (!Float16.isNaN(value)) {
            return isFilled(elements, from, to, value);
        }
        for (int i = from; i < to; i++) {
            if (!Float16.isNaN(elements[i])) {
                return false;
            }
        }
        return true;
    }

    /** The value has one entry, or two for complex numbers; floatToIntBits makes all NaN one. */
    private static boolean isFilled(float[] elements, int from, int to, float[] value) {
        int slots = value.length;
        for (int slot = 0; slot < slots; slot++) {
            int bits = Float.floatToIntBits(value[slot]);
            for (int i = from + slot; i < to; i += slots) {
                if (Float.floatToIntBits(elements[i]) != bits) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFilled(double[] elements, int from, int to, double[] value) {
        int slots = value.length;
        for (int slot = 0; slot < slots; slot++) {
            long bits = Double.doubleToLongBits(value[slot]);
            for (int i = from + slot; i < to; i += slots) {
                if (Double.doubleToLongBits(elements[i]) != bits) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFilled(String[] elements, int from, int to, String value) {
        for (int i = from; i < to; i++) {
            if (!elements[i].equals(value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilled(byte[][] elements, int from, int to, byte[] value) {
        for (int i = from; i < to; i++) {
            if (!java.util.Arrays.equals(elements[i], value)) {
                return false;
            }
        }
        return true;
    }
}
