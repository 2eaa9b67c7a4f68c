package io.icestream.engine.storage.s3;

import java.util.Optional;

/**
 * Encryption by the store with a key of its key management service (SSE-KMS).
 *
 * @param keyId id or ARN of the key; empty is the account's own key for S3
 * @param context base64 of the JSON encryption context, or empty
 */
public record S3Encryption(Optional<String> keyId, Optional<String> context) {
    /**
     * @param keyId id or ARN of the key
     * @return encryption with that key, without a context
     */
    public static S3Encryption withKey(String keyId) {
        return new S3Encryption(Optional.of(keyId), Optional.empty());
    }
}
