package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Id of a chunk object: 12 bytes, chosen at random. The order is that of the unsigned bytes.
 *
 * @param high the first eight bytes, big endian
 * @param low the last four bytes, big endian
 */
public record ChunkId(long high, int low) implements Comparable<ChunkId> {
    /** Number of bytes of an id. */
    public static final int SIZE_BYTES = 12;

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is not 20 characters of Crockford's base 32 in upper case
     */
    public static ChunkId parse(String text) {
        return ofBytes(Crockford.decode(text, SIZE_BYTES));
    }

    /** Takes 96 bits from {@code random}. */
    public static ChunkId random(RandomGenerator random) {
        return new ChunkId(random.nextLong(), random.nextInt());
    }

    /**
     * Takes over the bytes of an id.
     *
     * @throws IllegalArgumentException if there are not exactly 12
     */
    public static ChunkId ofBytes(byte[] bytes) {
        return ofBytes(ByteBuffer.wrap(bytes));
    }

    /**
     * Takes over the bytes of an id, from position to limit; the buffer's position stays.
     *
     * @throws IllegalArgumentException if there are not exactly 12
     */
    public static ChunkId ofBytes(ByteBuffer bytes) {
        if (bytes.remaining() != SIZE_BYTES) {
            throw new IllegalArgumentException("Invalid id: " + bytes.remaining() + " bytes, not " + SIZE_BYTES);
        }
        ByteBuffer source = bytes.duplicate();
        return new ChunkId(source.getLong(), source.getInt());
    }

    /** The 12 bytes, in a new array. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(SIZE_BYTES).putLong(high).putInt(low).array();
    }

    @Override
    public int compareTo(ChunkId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Integer.compareUnsigned(low, other.low);
    }

    /** The text form: 20 characters. */
    @Override
    public String toString() {
        return Crockford.encode(toBytes());
    }
}
