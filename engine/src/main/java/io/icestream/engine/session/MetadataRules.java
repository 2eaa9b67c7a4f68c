package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.ref.MetadataValues;
import java.util.Map;

/** Which values a commit may carry: those that every reader gets back as they were given, under names that are free. */
public final class MetadataRules {
    private MetadataRules() {}

    /**
     * Refuses what a commit cannot carry.
     *
     * @param values JSON values by name
     * @throws IllegalArgumentException if a value could not be read back as it is, or uses a name of the engine
     */
    public static void check(Map<String, JsonNode> values) {
        if (values.containsKey(CommitRequest.IDEMPOTENCY_KEY_METADATA)) {
            throw new IllegalArgumentException("Invalid commit metadata: the name "
                    + CommitRequest.IDEMPOTENCY_KEY_METADATA + " belongs to the engine; use an idempotency key");
        }
        JsonNode system = values.get(CommitRequest.SYSTEM_METADATA);
        if (system != null && !system.isObject()) {
            throw new IllegalArgumentException(
                    "Invalid commit metadata: the value of " + CommitRequest.SYSTEM_METADATA + " must be an object");
        }
        MetadataValues.check("commit", values);
    }
}
