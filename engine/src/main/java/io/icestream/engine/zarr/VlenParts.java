package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The layout that {@code vlen-utf8} and {@code vlen-bytes} have in common.
 *
 * <pre>
 * u32  number of elements, little endian
 * then for each element in C order
 * u32  length in bytes, little endian
 * …    that many bytes
 * </pre>
 */
final class VlenParts {
    private final String codec;
    private final String what;
    private final ByteBuffer source;
    private final int count;
    private int position;

    /** Starts reading; refuses another number of elements before anything is allocated for them. */
    VlenParts(String codec, String what, ByteBuffer encoded, int count) {
        this.codec = codec;
        this.what = what;
        this.source = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.count = count;
        long smallest = Integer.BYTES * (1L + count);
        if (source.remaining() < smallest) {
            throw new CorruptChunkException(
                    codec,
                    "at least " + smallest + " bytes for " + count + " " + what + "s",
                    source.remaining() + " bytes");
        }
        int stored = source.getInt();
        if (stored != count) {
            throw new CorruptChunkException(
                    codec, count + " " + what + "s", Integer.toUnsignedString(stored) + " in the header");
        }
    }

    static ByteBuffer encode(byte[][] parts, Buffers buffers) {
        long size = Integer.BYTES;
        for (byte[] part : parts) {
            size += Integer.BYTES + part.length;
        }
        if (size > SizeLimit.UNKNOWN.maximum()) {
            throw new ZarrException("Cannot encode a chunk of " + parts.length + " elements in " + size
                    + " bytes: at most " + SizeLimit.UNKNOWN.maximum() + "; choose a smaller chunk shape");
        }
        ByteBuffer buffer = buffers.take((int) size).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(parts.length);
        for (byte[] part : parts) {
            buffer.putInt(part.length).put(part);
        }
        return buffer.flip();
    }

    int count() {
        return count;
    }

    /** The bytes of the next element. */
    ByteBuffer next() {
        if (source.remaining() < Integer.BYTES) {
            throw new CorruptChunkException(
                    codec, "the length of " + what + " " + position, "the end at byte " + source.limit());
        }
        int length = source.getInt();
        if (length < 0 || length > source.remaining()) {
            throw new CorruptChunkException(
                    codec,
                    Integer.toUnsignedString(length) + " bytes of " + what + " " + position,
                    source.remaining() + " bytes before the end");
        }
        ByteBuffer part = source.slice(source.position(), length);
        source.position(source.position() + length);
        position++;
        return part;
    }

    void requireEnd() {
        if (source.hasRemaining()) {
            throw new CorruptChunkException(
                    codec, "the end after " + count + " " + what + "s", source.remaining() + " more bytes");
        }
    }
}
