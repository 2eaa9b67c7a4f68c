package io.icestream.engine.ref;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Map;

/** Which metadata values are stored: those that every reader gets back as they were given. */
public final class MetadataValues {
    private static final BigInteger MAX_UNSIGNED_64 =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger MIN_SIGNED_64 = BigInteger.valueOf(Long.MIN_VALUE);

    private MetadataValues() {}

    /**
     * Refuses what other readers would see changed: numbers that are not finite, integers of more than 64 bits.
     *
     * @param what whose metadata it is, for the message
     * @param values the values by name
     * @throws IllegalArgumentException if a value could not be read back as it is
     */
    public static void check(String what, Map<String, JsonNode> values) {
        values.forEach((name, value) -> check(what, name, value));
    }

    private static void check(String what, String name, JsonNode value) {
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            throw new IllegalArgumentException(
                    "Invalid " + what + " metadata '" + name + "': " + value + " cannot be stored, use a string");
        }
        if (value.isIntegralNumber() && !fits(value.bigIntegerValue())) {
            throw new IllegalArgumentException(
                    "Invalid " + what + " metadata '" + name + "': " + value + " has more than 64 bits, use a string");
        }
        value.forEach(inner -> check(what, name, inner));
    }

    private static boolean fits(BigInteger value) {
        return value.compareTo(MIN_SIGNED_64) >= 0 && value.compareTo(MAX_UNSIGNED_64) <= 0;
    }
}
