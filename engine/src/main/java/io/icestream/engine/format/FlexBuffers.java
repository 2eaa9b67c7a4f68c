package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;

/**
 * JSON values as FlexBuffers, the encoding of metadata values and of the repository's configuration.
 *
 * <p>A buffer is read from its end: the last byte is the width of the root value in bytes, the byte before it is its
 * packed type ({@code type << 2 | log2 of the width of what it refers to}), before that stands the root value. Numbers,
 * booleans and null stand in their slot; all else is reached by the distance back from the slot. Vectors are preceded by
 * their length and, unless all elements have one type, followed by one packed type per element. Maps are vectors of values
 * preceded by the place and width of the vector of keys, which is sorted by unsigned bytes.
 *
 * <p>What is written has the types that the reference implementation gives the same value: non-negative integers UInt,
 * negative ones Int, floats 32 bits wide where that is exact, typed vectors for numbers of one kind, of fixed length for
 * two to four of them, a typed vector for booleans. Everything that the encoding can express is read.
 *
 * <p>Source: FlexBuffers internals, FlatBuffers documentation.
 */
public final class FlexBuffers {
    private static final BigInteger MAX_U64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger MIN_I64 = BigInteger.valueOf(Long.MIN_VALUE);

    private FlexBuffers() {}

    /**
     * Encodes a value.
     *
     * @throws IllegalArgumentException if it holds an integer outside of -2^63 to 2^64 - 1, half a surrogate pair, or
     *     something that is not JSON
     */
    public static Bytes encode(JsonNode value) {
        return new FlexWriter().write(normal(value));
    }

    /**
     * Decodes a value.
     *
     * @param object what to call the buffer in errors; positions are counted from its start
     * @throws CorruptObjectException if the bytes are no such buffer
     */
    public static JsonNode decode(Bytes buffer, String object) {
        return new FlexReader(buffer, object).read();
    }

    /**
     * A copy of the value in the form that decoding gives: each integer in the smallest node type that holds it, each
     * float as a double, not-a-number and infinities as null.
     *
     * @throws IllegalArgumentException as {@link #encode} says
     */
    static JsonNode normal(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> normalObject(value);
            case ARRAY -> normalArray(value);
            case NUMBER -> normalNumber(value);
            case STRING, BOOLEAN, NULL, BINARY -> value;
            case MISSING, POJO ->
                throw new IllegalArgumentException("Cannot encode " + value.getNodeType() + " as JSON");
        };
    }

    private static ObjectNode normalObject(JsonNode value) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(entry -> copy.set(entry.getKey(), normal(entry.getValue())));
        return copy;
    }

    private static ArrayNode normalArray(JsonNode value) {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(value.size());
        value.forEach(element -> copy.add(normal(element)));
        return copy;
    }

    private static JsonNode normalNumber(JsonNode value) {
        if (!value.isIntegralNumber()) {
            double number = value.doubleValue();
            JsonNodeFactory factory = JsonNodeFactory.instance;
            return Double.isFinite(number) ? factory.numberNode(number) : factory.nullNode();
        }
        return value.canConvertToLong() ? integer(value.longValue()) : bigInteger(value.bigIntegerValue());
    }

    static JsonNode integer(long value) {
        int narrow = (int) value;
        return narrow == value
                ? JsonNodeFactory.instance.numberNode(narrow)
                : JsonNodeFactory.instance.numberNode(value);
    }

    private static JsonNode bigInteger(BigInteger value) {
        if (value.compareTo(MAX_U64) > 0 || value.compareTo(MIN_I64) < 0) {
            throw new IllegalArgumentException("Cannot encode " + value + ": integers must be from -2^63 to 2^64 - 1");
        }
        return JsonNodeFactory.instance.numberNode(value);
    }
}
