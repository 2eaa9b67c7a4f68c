package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/** The primitive arrays behind {@link NdArray}: which kind a data type has, and reading one element of any kind. */
final class Elements {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Elements() {}

    static Object allocate(DataType type, int count) {
        return type.layout().allocate(Shapes.size(count, type.slots()));
    }

    /** Length of the array if it is of the kind that holds the data type, else -1. */
    static int length(DataType type, Object elements) {
        return type.layout().length(elements);
    }

    /** Sets every element to the one at position 0 of {@code value}: the first one is copied, then all so far, again and again. */
    @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of the kind that holds the data type
    static void fill(DataType type, Object elements, Object value) {
        int length = length(type, elements);
        if (length == 0) {
            return;
        }
        System.arraycopy(value, 0, elements, 0, type.slots());
        for (int done = type.slots(); done < length; done += done) {
            System.arraycopy(elements, 0, elements, done, Math.min(done, length - done));
            if (done > length - done) {
                return;
            }
        }
    }

    static double doubleAt(DataType type, Object elements, int position) {
        return switch (type.kind()) {
            case FLOAT16 -> Float16.toDouble(((short[]) elements)[position]);
            case FLOAT32 -> ((float[]) elements)[position];
            case FLOAT64 -> ((double[]) elements)[position];
            case UINT64 -> unsignedToDouble(((long[]) elements)[position]);
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, DATETIME64, TIMEDELTA64 ->
                longAt(type, elements, position);
            default -> throw new IllegalStateException("An element of data type " + type + " is no real number");
        };
    }

    static long longAt(DataType type, Object elements, int position) {
        return switch (type.kind()) {
            case BOOL, INT8 -> ((byte[]) elements)[position];
            case UINT8 -> ((byte[]) elements)[position] & 0xff;
            case INT16 -> ((short[]) elements)[position];
            case UINT16 -> ((short[]) elements)[position] & 0xffff;
            case INT32 -> ((int[]) elements)[position];
            case UINT32 -> ((int[]) elements)[position] & 0xffffffffL;
            case INT64, UINT64, DATETIME64, TIMEDELTA64 -> ((long[]) elements)[position];
            default -> throw new IllegalStateException("An element of data type " + type + " is no whole number");
        };
    }

    /** The bytes of an element of raw or structured type or of a byte string; zeros at the end of a null-terminated one do not count. */
    static byte[] bytesAt(DataType type, Object elements, int position) {
        return switch (type.kind()) {
            case VARIABLE_LENGTH_BYTES -> ((byte[][]) elements)[position].clone();
            case NULL_TERMINATED_BYTES -> {
                byte[] bytes = slice(type, elements, position);
                int length = bytes.length;
                while (length > 0 && bytes[length - 1] == 0) {
                    length--;
                }
                yield Arrays.copyOf(bytes, length);
            }
            case RAW_BITS, RAW_BYTES, STRUCT -> slice(type, elements, position);
            default -> throw new IllegalStateException("An element of data type " + type + " is no byte string");
        };
    }

    private static byte[] slice(DataType type, Object elements, int position) {
        return Arrays.copyOfRange((byte[]) elements, position * type.slots(), (position + 1) * type.slots());
    }

    /** Code points up to the zeros at the end; what is no code point as U+FFFD. */
    static String utf32At(DataType type, Object elements, int position) {
        int[] points = (int[]) elements;
        int from = position * type.slots();
        int to = from + type.slots();
        while (to > from && points[to - 1] == 0) {
            to--;
        }
        StringBuilder text = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            text.appendCodePoint(Character.isValidCodePoint(points[i]) ? points[i] : 0xfffd);
        }
        return text.toString();
    }

    private static double unsignedToDouble(long bits) {
        if (bits >= 0) {
            return bits;
        }
        // Halve with the lost bit kept sticky, so that the conversion rounds once.
        return (double) ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    static String stringAt(DataType type, Object elements, int position) {
        return switch (type.kind()) {
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
            case FIXED_LENGTH_UTF32 -> utf32At(type, elements, position);
            case DATETIME64, TIMEDELTA64 -> NumpyTime.text(type, longAt(type, elements, position));
            case VARIABLE_LENGTH_BYTES, RAW_BITS, RAW_BYTES, NULL_TERMINATED_BYTES ->
                HexFormat.of().formatHex(bytesAt(type, elements, position));
            case STRUCT -> jsonAt(type, elements, position).toString();
            default -> Long.toString(longAt(type, elements, position));
        };
    }

    private static String complexText(String real, String imaginary) {
        return real + (imaginary.startsWith("-") ? "" : "+") + imaginary + "j";
    }

    /** The JSON form that Zarr has for a fill value of that type. */
    static JsonNode jsonAt(DataType type, Object elements, int position) {
        return switch (type.kind()) {
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
            case FIXED_LENGTH_UTF32 -> JSON.textNode(utf32At(type, elements, position));
            case VARIABLE_LENGTH_BYTES, RAW_BYTES, NULL_TERMINATED_BYTES ->
                JSON.textNode(Base64.getEncoder().encodeToString(bytesAt(type, elements, position)));
            case RAW_BITS -> rawJson(bytesAt(type, elements, position));
            case STRUCT -> structJson(type, bytesAt(type, elements, position));
            default -> JSON.numberNode(longAt(type, elements, position));
        };
    }

    private static JsonNode rawJson(byte[] bytes) {
        ArrayNode list = JSON.arrayNode();
        for (byte value : bytes) {
            list.add(value & 0xff);
        }
        return list;
    }

    private static JsonNode structJson(DataType type, byte[] record) {
        ObjectNode object = JSON.objectNode();
        int offset = 0;
        for (DataType.Field field : type.fields()) {
            ByteBuffer bytes = ByteBuffer.wrap(record, offset, field.dataType().sizeBytes());
            object.set(field.name(), scalar(field.dataType(), bytes).jsonAt(0));
            offset += field.dataType().sizeBytes();
        }
        return object;
    }

    /** One element from its little endian bytes. */
    static NdArray scalar(DataType type, ByteBuffer bytes) {
        return new BytesCodec(Endian.LITTLE).decode(bytes, type, new int[0]);
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
