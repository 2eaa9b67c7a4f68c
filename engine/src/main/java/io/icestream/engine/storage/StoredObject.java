package io.icestream.engine.storage;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * An object as it was at one moment: its bytes and the version they belong to.
 *
 * @param bytes the whole content, read-only, from position zero to limit; every call gives a buffer of its own
 * @param version the version of exactly these bytes, to condition a later write on
 * @param lastModified when the storage took the object, by the storage's clock
 */
public record StoredObject(ByteBuffer bytes, ObjectVersion version, Instant lastModified) {
    /** Keeps a read-only view of the remaining bytes. */
    public StoredObject {
        bytes = bytes.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /**
     * @return length of the content in bytes
     */
    public int sizeBytes() {
        return bytes.limit();
    }

    @Override
    public String toString() {
        return "StoredObject[" + sizeBytes() + " bytes, " + version + ", " + lastModified + "]";
    }
}
