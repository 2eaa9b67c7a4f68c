package io.icestream.engine.storage.s3;

import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Marks an object with the write that made it, so that a writer recognises its own after its reply was lost. The name is
 * the reference implementation's, which does the same.
 *
 * @param text unlike that of any other write
 */
record WriteId(String text) {
    /** In the object's user metadata; without separators, since some gateways drop names that have them. */
    static final String NAME = "icechunkwriteid";

    static WriteId random(RandomGenerator random) {
        return new WriteId(new UUID(random.nextLong(), random.nextLong()).toString());
    }

    Map<String, String> metadata() {
        return Map.of(NAME, text);
    }

    boolean isIn(Map<String, String> metadata) {
        return text.equals(metadata.get(NAME));
    }
}
