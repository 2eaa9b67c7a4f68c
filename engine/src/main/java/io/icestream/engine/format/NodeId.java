package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Id of a node: 8 bytes, chosen at random when the node is created and kept for its life, across moves and changes of
 * its metadata. The order is that of the unsigned bytes.
 *
 * @param bits the eight bytes, big endian
 */
public record NodeId(long bits) implements Comparable<NodeId> {
    /** Number of bytes of an id. */
    public static final int SIZE_BYTES = 8;

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is not 13 characters of Crockford's base 32 in upper case
     */
    public static NodeId parse(String text) {
        return ofBytes(Crockford.decode(text, SIZE_BYTES));
    }

    /** Takes 64 bits from {@code random}. */
    public static NodeId random(RandomGenerator random) {
        return new NodeId(random.nextLong());
    }

    /**
     * Takes over the bytes of an id.
     *
     * @throws IllegalArgumentException if there are not exactly 8
     */
    public static NodeId ofBytes(byte[] bytes) {
        return ofBytes(ByteBuffer.wrap(bytes));
    }

    /**
     * Takes over the bytes of an id, from position to limit; the buffer's position stays.
     *
     * @throws IllegalArgumentException if there are not exactly 8
     */
    public static NodeId ofBytes(ByteBuffer bytes) {
        if (bytes.remaining() != SIZE_BYTES) {
            throw new IllegalArgumentException("Invalid id: " + bytes.remaining() + " bytes, not " + SIZE_BYTES);
        }
        return new NodeId(bytes.duplicate().getLong());
    }

    /** The 8 bytes, in a new array. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(SIZE_BYTES).putLong(bits).array();
    }

    @Override
    public int compareTo(NodeId other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    /** The text form: 13 characters. */
    @Override
    public String toString() {
        return Crockford.encode(toBytes());
    }
}
