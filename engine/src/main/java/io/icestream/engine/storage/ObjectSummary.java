package io.icestream.engine.storage;

import java.time.Instant;

/**
 * What is known of an object without reading it.
 *
 * @param key full key of the object
 * @param sizeBytes length of the content in bytes
 * @param lastModified when the storage took the object, by the storage's clock
 */
public record ObjectSummary(String key, long sizeBytes, Instant lastModified) {
    /** Checks that the size is not negative. */
    public ObjectSummary {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("Invalid size of object '" + key + "': " + sizeBytes + " bytes");
        }
    }
}
