package io.icestream.engine.zarr;

import java.nio.ByteBuffer;

/** The stored bytes of one chunk, read by ranges. As thread-safe as what it reads from. */
public interface StoredBytes {
    /** How many there are. */
    long sizeBytes();

    /**
     * Reads a range.
     *
     * @param offset first byte, inside
     * @param length number of bytes; the range ends inside
     * @return exactly that many bytes, from position to limit
     */
    ByteBuffer read(long offset, int length);

    /** What a buffer has remaining, not copied. */
    static StoredBytes of(ByteBuffer bytes) {
        ByteBuffer source = bytes.slice();
        return new StoredBytes() {
            @Override
            public long sizeBytes() {
                return source.limit();
            }

            @Override
            public ByteBuffer read(long offset, int length) {
                return source.slice(Math.toIntExact(offset), length);
            }
        };
    }
}
