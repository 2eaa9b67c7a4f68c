package io.icestream.engine.zarr;

/** Tells whether a block holds nothing but one value. */
final class FillDetection {
    private FillDetection() {}

    static boolean isFilled(NdArray block, NdArray value) {
        return switch (block.dataType()) {
            case BOOL, INT8, UINT8 -> isFilled(block.bytes(), value.bytes()[0]);
            case INT16, UINT16 -> isFilled(block.shorts(), value.shorts()[0]);
            case INT32, UINT32 -> isFilled(block.ints(), value.ints()[0]);
            case INT64, UINT64 -> isFilled(block.longs(), value.longs()[0]);
            case FLOAT16 -> isFilledWithHalf(block.shorts(), value.shorts()[0]);
            case FLOAT32, COMPLEX64 -> isFilled(block.floats(), value.floats());
            case FLOAT64, COMPLEX128 -> isFilled(block.doubles(), value.doubles());
            case STRING -> isFilled(block.strings(), value.strings()[0]);
        };
    }

    private static boolean isFilled(byte[] elements, byte value) {
        for (byte element : elements) {
            if (element != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilled(short[] elements, short value) {
        for (short element : elements) {
            if (element != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilled(int[] elements, int value) {
        for (int element : elements) {
            if (element != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilled(long[] elements, long value) {
        for (long element : elements) {
            if (element != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFilledWithHalf(short[] elements, short value) {
        if (!Float16.isNaN(value)) {
            return isFilled(elements, value);
        }
        for (short element : elements) {
            if (!Float16.isNaN(element)) {
                return false;
            }
        }
        return true;
    }

    /** The value has one entry, or two for complex numbers; floatToIntBits makes all NaN one. */
    private static boolean isFilled(float[] elements, float[] value) {
        int slots = value.length;
        for (int slot = 0; slot < slots; slot++) {
            int bits = Float.floatToIntBits(value[slot]);
            for (int i = slot; i < elements.length; i += slots) {
                if (Float.floatToIntBits(elements[i]) != bits) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFilled(double[] elements, double[] value) {
        int slots = value.length;
        for (int slot = 0; slot < slots; slot++) {
            long bits = Double.doubleToLongBits(value[slot]);
            for (int i = slot; i < elements.length; i += slots) {
                if (Double.doubleToLongBits(elements[i]) != bits) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFilled(String[] elements, String value) {
        for (String element : elements) {
            if (!element.equals(value)) {
                return false;
            }
        }
        return true;
    }
}
