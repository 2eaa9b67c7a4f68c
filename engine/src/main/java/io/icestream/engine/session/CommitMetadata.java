package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.icestream.engine.format.RepositoryConfig;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts together what a snapshot's metadata says: the caller's values, the idempotency key, and under {@code __icechunk}
 * the number of rebases, as the reference has it.
 */
final class CommitMetadata {
    private static final String REBASE_ATTEMPTS = "rebase_attempts";

    private static final String SPLITTING = "splitting_config";

    private CommitMetadata() {}

    /** Of a commit; the number of rebases is told if there could have been any. */
    static SortedMap<String, JsonNode> of(
            SortedMap<String, JsonNode> defaults, CommitRequest request, int rebaseAttempts) {
        SortedMap<String, JsonNode> metadata = of(defaults, request.metadata());
        if (request.solver().isPresent()) {
            JsonNode given = metadata.get(CommitRequest.SYSTEM_METADATA);
            ObjectNode system = given == null ? JsonNodeFactory.instance.objectNode() : given.deepCopy();
            system.put(REBASE_ATTEMPTS, rebaseAttempts);
            metadata.put(CommitRequest.SYSTEM_METADATA, system);
        }
        request.idempotencyKey()
                .ifPresent(key -> metadata.put(CommitRequest.IDEMPOTENCY_KEY_METADATA, TextNode.valueOf(key)));
        return metadata;
    }

    /** With the splitting that manifests were laid out by, where the reference has it. */
    static SortedMap<String, JsonNode> withSplitting(SortedMap<String, JsonNode> metadata, RepositoryConfig config) {
        SortedMap<String, JsonNode> told = new TreeMap<>(metadata);
        JsonNode given = told.get(CommitRequest.SYSTEM_METADATA);
        ObjectNode system = given == null ? JsonNodeFactory.instance.objectNode() : given.deepCopy();
        system.set(SPLITTING, config.splitting());
        told.put(CommitRequest.SYSTEM_METADATA, system);
        return told;
    }

    /** What goes with every commit of this handle, with what goes with this one on top. */
    static SortedMap<String, JsonNode> of(SortedMap<String, JsonNode> defaults, SortedMap<String, JsonNode> given) {
        SortedMap<String, JsonNode> metadata = new TreeMap<>(defaults);
        metadata.putAll(given);
        return metadata;
    }
}
