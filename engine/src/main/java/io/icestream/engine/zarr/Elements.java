package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;

/** The primitive arrays behind {@link NdArray}: which kind a data type has, and reading one element of any kind. */
final class Elements {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Elements() {}

    static Object allocate(DataType type, int count) {
        int length = Shapes.size(count, type.slots());
        return switch (type) {
            case BOOL, INT8, UINT8 -> new byte[length];
            case INT16, UINT16, FLOAT16 -> new short[length];
            case INT32, UINT32 -> new int[length];
            case INT64, UINT64 -> new long[length];
            case FLOAT32, COMPLEX64 -> new float[length];
            case FLOAT64, COMPLEX128 -> new double[length];
            case STRING -> emptyStrings(length);
        };
    }

    private static String[] emptyStrings(int length) {
        String[] strings = new String[length];
        Arrays.fill(strings, "");
        return strings;
    }

    /** Length of the array if it is of the kind that holds the data type, else -1. */
    static int length(DataType type, Object elements) {
        return switch (type) {
            case BOOL, INT8, UINT8 -> elements instanceof byte[] array ? array.length : -1;
            case INT16, UINT16, FLOAT16 -> elements instanceof short[] array ? array.length : -1;
            case INT32, UINT32 -> elements instanceof int[] array ? array.length : -1;
            case INT64, UINT64 -> elements instanceof long[] array ? array.length : -1;
            case FLOAT32, COMPLEX64 -> elements instanceof float[] array ? array.length : -1;
            case FLOAT64, COMPLEX128 -> elements instanceof double[] array ? array.length : -1;
            case STRING -> elements instanceof String[] array ? array.length : -1;
        };
    }

    /** Sets every element to the one at position 0 of {@code value}. */
    static void fill(DataType type, Object elements, Object value) {
        switch (type) {
            case BOOL, INT8, UINT8 -> Arrays.fill((byte[]) elements, ((byte[]) value)[0]);
            case INT16, UINT16, FLOAT16 -> Arrays.fill((short[]) elements, ((short[]) value)[0]);
            case INT32, UINT32 -> Arrays.fill((int[]) elements, ((int[]) value)[0]);
            case INT64, UINT64 -> Arrays.fill((long[]) elements, ((long[]) value)[0]);
            case FLOAT32 -> Arrays.fill((float[]) elements, ((float[]) value)[0]);
            case FLOAT64 -> Arrays.fill((double[]) elements, ((double[]) value)[0]);
            case STRING -> Arrays.fill((String[]) elements, ((String[]) value)[0]);
            case COMPLEX64 -> fillPairs((float[]) elements, (float[]) value);
            case COMPLEX128 -> fillPairs((double[]) elements, (double[]) value);
        }
    }

    private static void fillPairs(float[] elements, float[] value) {
        for (int i = 0; i < elements.length; i += 2) {
            elements[i] = value[0];
            elements[i + 1] = value[1];
        }
    }

    private static void fillPairs(double[] elements, double[] value) {
        for (int i = 0; i < elements.length; i += 2) {
            elements[i] = value[0];
            elements[i + 1] = value[1];
        }
    }

    static double doubleAt(DataType type, Object elements, int position) {
        return switch (type) {
            case FLOAT16 -> Float16.toDouble(((short[]) elements)[position]);
            case FLOAT32 -> ((float[]) elements)[position];
            case FLOAT64 -> ((double[]) elements)[position];
            case UINT64 -> unsignedToDouble(((long[]) elements)[position]);
            case COMPLEX64, COMPLEX128, STRING ->
                throw new IllegalStateException("An element of data type " + type.zarrName() + " is no real number");
            default -> longAt(type, elements, position);
        };
    }

    static long longAt(DataType type, Object elements, int position) {
        return switch (type) {
            case BOOL, INT8 -> ((byte[]) elements)[position];
            case UINT8 -> ((byte[]) elements)[position] & 0xff;
            case INT16 -> ((short[]) elements)[position];
            case UINT16 -> ((short[]) elements)[position] & 0xffff;
            case INT32 -> ((int[]) elements)[position];
            case UINT32 -> ((int[]) elements)[position] & 0xffffffffL;
            case INT64, UINT64 -> ((long[]) elements)[position];
            default ->
                throw new IllegalStateException("An element of data type " + type.zarrName() + " is no whole number");
        };
    }

    private static double unsignedToDouble(long bits) {
        if (bits >= 0) {
            return bits;
        }
        // Halve with the lost bit kept sticky, so that the conversion rounds once.
        return (double) ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    static String stringAt(DataType type, Object elements, int position) {
        return switch (type) {
            case BOOL -> Boolean.toString(((byte[]) elements)[position] != 0);
            case UINT64 -> Long.toUnsignedString(((long[]) elements)[position]);
            case FLOAT32 -> Float.toString(((float[]) elements)[position]);
            case FLOAT16, FLOAT64 -> Double.toString(doubleAt(type, elements, position));
            case COMPLEX64 ->
                complexText(
                        Float.toString(((float[]) elements)[2 * position]),
                        Float.toString(((float[]) elements)[2 * position + 1]));
            case COMPLEX128 ->
                complexText(
                        Double.toString(((double[]) elements)[2 * position]),
                        Double.toString(((double[]) elements)[2 * position + 1]));
            case STRING -> ((String[]) elements)[position];
            default -> Long.toString(longAt(type, elements, position));
        };
    }

    private static String complexText(String real, String imaginary) {
        return real + (imaginary.startsWith("-") ? "" : "+") + imaginary + "j";
    }

    /** The JSON form that Zarr has for a fill value of that type. */
    static JsonNode jsonAt(DataType type, Object elements, int position) {
        return switch (type) {
            case BOOL -> JSON.booleanNode(((byte[]) elements)[position] != 0);
            case UINT64 -> JSON.numberNode(new BigInteger(Long.toUnsignedString(((long[]) elements)[position])));
            case FLOAT16 -> jsonOf(((short[]) elements)[position]);
            case FLOAT32 -> jsonOf(((float[]) elements)[position]);
            case FLOAT64 -> jsonOf(((double[]) elements)[position]);
            case COMPLEX64 ->
                JSON.arrayNode()
                        .add(jsonOf(((float[]) elements)[2 * position]))
                        .add(jsonOf(((float[]) elements)[2 * position + 1]));
            case COMPLEX128 ->
                JSON.arrayNode()
                        .add(jsonOf(((double[]) elements)[2 * position]))
                        .add(jsonOf(((double[]) elements)[2 * position + 1]));
            case STRING -> JSON.textNode(((String[]) elements)[position]);
            default -> JSON.numberNode(longAt(type, elements, position));
        };
    }

    private static JsonNode jsonOf(short half) {
        if (Float16.isNaN(half) && half != Float16.NAN) {
            return JSON.textNode(String.format(Locale.ROOT, "0x%04x", half & 0xffff));
        }
        return finiteOrName(Float16.toDouble(half));
    }

    private static JsonNode jsonOf(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value) && bits != 0x7fc00000) {
            return JSON.textNode(String.format(Locale.ROOT, "0x%08x", bits));
        }
        // Through the shortest decimal text: 0.1f is to read 0.1, not 0.10000000149011612.
        return finiteOrName(Double.parseDouble(Float.toString(value)));
    }

    private static JsonNode jsonOf(double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (Double.isNaN(value) && bits != 0x7ff8000000000000L) {
            return JSON.textNode(String.format(Locale.ROOT, "0x%016x", bits));
        }
        return finiteOrName(value);
    }

    private static JsonNode finiteOrName(double value) {
        return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
    }
}
