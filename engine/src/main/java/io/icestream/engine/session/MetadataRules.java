package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Map;

/** Which values a commit may carry: those that every reader gets back as they were given. */
final class MetadataRules {
    private static final BigInteger MAX_UNSIGNED_64 =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger MIN_SIGNED_64 = BigInteger.valueOf(Long.MIN_VALUE);

    private MetadataRules() {}

    static void check(Map<String, JsonNode> values) {
        if (values.containsKey(CommitRequest.IDEMPOTENCY_KEY_METADATA)) {
            throw new IllegalArgumentException("Invalid commit metadata: the name "
                    + CommitRequest.IDEMPOTENCY_KEY_METADATA + " belongs to the engine; use an idempotency key");
        }
        JsonNode system = values.get(CommitRequest.SYSTEM_METADATA);
        if (system != null && !system.isObject()) {
            throw new IllegalArgumentException(
                    "Invalid commit metadata: the value of " + CommitRequest.SYSTEM_METADATA + " must be an object");
        }
        values.forEach(MetadataRules::checkValue);
    }

    private static void checkValue(String name, JsonNode value) {
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            throw new IllegalArgumentException(
                    "Invalid commit metadata '" + name + "': " + value + " cannot be stored, use a string");
        }
        if (value.isIntegralNumber() && !fits(value.bigIntegerValue())) {
            throw new IllegalArgumentException(
                    "Invalid commit metadata '" + name + "': " + value + " has more than 64 bits, use a string");
        }
        value.forEach(inner -> checkValue(name, inner));
    }

    private static boolean fits(BigInteger value) {
        return value.compareTo(MIN_SIGNED_64) >= 0 && value.compareTo(MAX_UNSIGNED_64) <= 0;
    }
}
