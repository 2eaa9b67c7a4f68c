package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the JSON forms of a fill value into an array of rank 0. */
final class FillValueParser {
    private FillValueParser() {}

    static NdArray parse(DataType type, MetadataField json) {
        return switch (type.kind()) {
            case BOOL -> NdArray.of(new boolean[] {bool(json)});
            case INT8, UINT8 -> NdArray.of(type, new byte[] {(byte) integer(type, json)});
            case INT16, UINT16 -> NdArray.of(type, new short[] {(short) integer(type, json)});
            case INT32, UINT32 -> NdArray.of(type, new int[] {(int) integer(type, json)});
            case INT64, UINT64 -> NdArray.of(type, new long[] {integer(type, json)});
            case FLOAT16 -> NdArray.of(type, new short[] {half(json)});
            case FLOAT32 -> NdArray.of(new float[] {single(json)});
            case FLOAT64 -> NdArray.of(new double[] {real(json)});
            case COMPLEX64 -> NdArray.of(type, new float[] {single(part(json, 0)), single(part(json, 1))});
            case COMPLEX128 -> NdArray.of(type, new double[] {real(part(json, 0)), real(part(json, 1))});
            case STRING -> NdArray.of(new String[] {json.asText()});
            case FIXED_LENGTH_UTF32 -> text(type, json);
            case DATETIME64, TIMEDELTA64 -> NdArray.of(type, new long[] {time(json)});
            case VARIABLE_LENGTH_BYTES -> NdArray.of(new byte[][] {base64(json)});
            case NULL_TERMINATED_BYTES -> NdArray.of(type, padded(type, base64(json), json));
            case RAW_BYTES -> NdArray.of(type, exactly(type, base64(json), json));
            case RAW_BITS -> NdArray.of(type, exactly(type, raw(json), json));
            case STRUCT -> NdArray.of(type, record(type, json));
        };
    }

    private static NdArray text(DataType type, MetadataField json) {
        try {
            return NdArray.ofTexts(type, new String[] {json.asText()});
        } catch (IllegalArgumentException e) {
            throw json.expected("a text of at most " + type.slots() + " code points (data type " + type + ")");
        }
    }

    private static long time(MetadataField json) {
        if (json.node().isTextual() && json.node().textValue().equals("NaT")) {
            return NumpyTime.NAT;
        }
        if (!json.node().isIntegralNumber() || !json.node().canConvertToLong()) {
            throw json.expected("a whole number of 64 bits or \"NaT\"");
        }
        return json.node().longValue();
    }

    private static byte[] base64(MetadataField json) {
        try {
            return Base64.getDecoder().decode(json.asText());
        } catch (IllegalArgumentException e) {
            throw json.expected("bytes in base64");
        }
    }

    private static byte[] raw(MetadataField json) {
        List<MetadataField> elements = json.elements();
        byte[] bytes = new byte[elements.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) elements.get(i).asInt(0, 255);
        }
        return bytes;
    }

    private static byte[] padded(DataType type, byte[] bytes, MetadataField json) {
        if (bytes.length > type.sizeBytes()) {
            throw json.expected("at most " + type.sizeBytes() + " bytes (data type " + type + ")");
        }
        return Arrays.copyOf(bytes, type.sizeBytes());
    }

    private static byte[] exactly(DataType type, byte[] bytes, MetadataField json) {
        if (bytes.length != type.sizeBytes()) {
            throw json.expected(type.sizeBytes() + " bytes (data type " + type + ")");
        }
        return bytes;
    }

    /** An object with an entry for each field that is not zero, or, as zarr-python once wrote it, all bytes in base64. */
    private static byte[] record(DataType type, MetadataField json) {
        if (json.node().isTextual()) {
            return exactly(type, base64(json), json);
        }
        ByteBuffer record = ByteBuffer.allocate(type.sizeBytes());
        for (DataType.Field field : type.fields()) {
            MetadataField entry = json.requireObject().member(field.name());
            DataType fieldType = field.dataType();
            NdArray value = entry.isPresent() ? parse(fieldType, entry) : NdArray.allocate(fieldType);
            record.put(new BytesCodec(Endian.LITTLE).encode(NdBox.whole(value), ByteBuffer::allocate));
        }
        return record.array();
    }

    private static boolean bool(MetadataField json) {
        if (!json.node().isBoolean()) {
            throw json.expected("true or false");
        }
        return json.node().booleanValue();
    }

    private static long integer(DataType type, MetadataField json) {
        JsonNode node = json.node();
        int bits = 8 * type.sizeBytes();
        boolean signed = type.kind().isSigned();
        BigInteger smallest = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
        BigInteger largest = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
        BigInteger value = whole(node);
        if (value == null || value.compareTo(smallest) < 0 || value.compareTo(largest) > 0) {
            throw json.expected(
                    "a whole number from " + smallest + " to " + largest + " (data type " + type.zarrName() + ")");
        }
        return value.longValue();
    }

    /** Also takes 3.0 for 3: some writers know only one kind of number. */
    private static @Nullable BigInteger whole(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.bigIntegerValue();
        }
        double value = node.isNumber() ? node.doubleValue() : Double.NaN;
        return value == Math.rint(value) && Math.abs(value) < 1e20 ? new BigDecimal(value).toBigInteger() : null;
    }

    private static MetadataField part(MetadataField json, int index) {
        if (!json.node().isArray() || json.node().size() != 2) {
            throw json.expected("a pair of real and imaginary part");
        }
        return json.element(index);
    }

    private static short half(MetadataField json) {
        return isBits(json) ? (short) bits(json, 2) : Float16.ofDouble(number(json));
    }

    private static float single(MetadataField json) {
        return isBits(json) ? Float.intBitsToFloat((int) bits(json, 4)) : (float) number(json);
    }

    private static double real(MetadataField json) {
        return isBits(json) ? Double.longBitsToDouble(bits(json, 8)) : number(json);
    }

    private static boolean isBits(MetadataField json) {
        return json.node().isTextual() && json.node().textValue().startsWith("0x");
    }

    private static long bits(MetadataField json, int sizeBytes) {
        String digits = json.node().textValue().substring(2);
        if (!digits.matches("[0-9a-fA-F]{" + 2 * sizeBytes + "}")) {
            throw json.expected("0x and " + 2 * sizeBytes + " hexadecimal digits");
        }
        return Long.parseUnsignedLong(digits, 16);
    }

    private static double number(MetadataField json) {
        JsonNode node = json.node();
        if (node.isNumber()) {
            return node.doubleValue();
        }
        return switch (node.isTextual() ? node.textValue() : "") {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default ->
                throw json.expected("a number, \"NaN\", \"Infinity\", \"-Infinity\" or bits as in \"0x7fc00000\"");
        };
    }
}
