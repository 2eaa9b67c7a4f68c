package io.icestream.engine.storage;

/**
 * Names one state of one object: two reads that gave equal versions gave equal bytes.
 *
 * <p>A version is opaque. It is only good for the storage and the key that it came from.
 *
 * @param token the text by which the storage knows the version, never empty
 */
public record ObjectVersion(String token) {
    /** Checks that the token is not empty. */
    public ObjectVersion {
        if (token.isEmpty()) {
            throw new IllegalArgumentException("Invalid object version: the token is empty");
        }
    }
}
