package io.icestream.engine.storage;

import io.icestream.engine.storage.StorageException.Retry;

/**
 * The bytes from {@code offset} to {@code offset + length} of an object, and the messages when they cannot be had.
 *
 * @param offset first byte
 * @param length number of bytes
 */
public record ByteRange(long offset, long length) {
    /** Checks that a buffer can hold it. */
    public ByteRange {
        if (offset < 0 || length < 0 || length > Integer.MAX_VALUE - 8 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("Invalid byte range: offset " + offset + ", length " + length
                    + "; both must be at least 0, and the length below 2 GiB");
        }
    }

    /**
     * @return the position after the last byte
     */
    public long end() {
        return offset + length;
    }

    /**
     * Checks that an object has these bytes.
     *
     * @param sizeBytes length of the object
     * @param key key of the object
     * @param location where it is, for the message
     * @throws StorageException if it ends before
     */
    public void requireWithin(long sizeBytes, String key, String location) {
        if (end() > sizeBytes) {
            throw new StorageException(
                    "Cannot read " + this + " of '" + key + "' in " + location + ": the object has " + sizeBytes
                            + " bytes; it was cut short or replaced",
                    Retry.CANNOT_HELP);
        }
    }

    /**
     * @param key key of the object
     * @param location where it should be
     * @return the error that there is no such object
     */
    public ObjectNotFoundException objectNotFound(String key, String location) {
        return new ObjectNotFoundException(
                key, "Cannot read " + this + " of '" + key + "' in " + location + ": there is no such object");
    }

    @Override
    public String toString() {
        return "bytes " + offset + " to " + end();
    }
}
