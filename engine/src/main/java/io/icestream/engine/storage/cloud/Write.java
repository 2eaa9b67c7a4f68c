package io.icestream.engine.storage.cloud;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * An object to be written.
 *
 * @param key its key
 * @param bytes the content
 * @param condition what has to be there
 * @param id marks the object with the write that made it, so that a writer recognises its own after its reply was lost;
 *     empty for writes without a condition
 */
public record Write(String key, ByteBuffer bytes, WriteCondition condition, Optional<String> id) {
    /**
     * The name of the id in the object's user metadata, which is the reference implementation's; without separators,
     * since some gateways drop names that have them.
     */
    public static final String ID_NAME = "icechunkwriteid";

    /** Keeps a view. */
    public Write {
        bytes = bytes.slice();
    }

    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    static String randomId(RandomGenerator random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /**
     * @return the user metadata to be stored with the object
     */
    public Map<String, String> metadata() {
        return id.map(text -> Map.of(ID_NAME, text)).orElse(Map.of());
    }

    @Override
    public String toString() {
        return "Write[" + key + ", " + bytes.remaining() + " bytes, " + condition + "]";
    }
}
