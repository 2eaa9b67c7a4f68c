package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Reads the JSON forms of a fill value into an array of rank 0. */
final class FillValueParser {
    private FillValueParser() {}

    static NdArray parse(DataType type, MetadataField json) {
        return switch (type) {
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
        };
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
        boolean signed = type.kind() == DataType.Kind.SIGNED;
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
