package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectKeys;
import org.jspecify.annotations.Nullable;

/**
 * What all keys of a location begin with.
 *
 * @param text without slash at its ends; empty is a whole bucket, which can be opened, but in which no repository is
 *     created
 */
public record KeyPrefix(String text) {
    /** The prefix of a whole bucket. */
    public static final KeyPrefix NONE = new KeyPrefix("");

    /** Checks the segments. */
    public KeyPrefix {
        if (!text.isEmpty()) {
            ObjectKeys.requireValid(text);
        }
    }

    /**
     * Reads a prefix; slashes at the end are dropped.
     *
     * @param text the text; null is an empty one
     * @return the prefix
     * @throws IllegalArgumentException if a segment is not valid
     */
    public static KeyPrefix parse(@Nullable String text) {
        return new KeyPrefix(text == null ? "" : text.replaceAll("/+$", ""));
    }

    /**
     * @return whether it is a whole bucket
     */
    public boolean isEmpty() {
        return text.isEmpty();
    }

    /**
     * @param key a key in the location
     * @return the key in the bucket
     */
    public String objectKey(String key) {
        return text.isEmpty() ? key : text + "/" + key;
    }

    /**
     * @param objectKey a key in the bucket that begins with the prefix
     * @return the key in the location
     */
    public String key(String objectKey) {
        return text.isEmpty() ? objectKey : objectKey.substring(text.length() + 1);
    }

    /**
     * @return the prefix with a slash before it, or an empty text
     */
    @Override
    public String toString() {
        return text.isEmpty() ? "" : "/" + text;
    }
}
