package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable sequence of bytes, compared by content. */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final int SHOWN_BYTES = 16;

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Takes over {@code content} without a copy; the caller must not change the array afterwards. */
    public static Bytes wrap(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content);
    }

    /** Copies what lies between position and limit; the buffer's position stays. */
    public static Bytes copyOf(ByteBuffer source) {
        byte[] content = new byte[source.remaining()];
        source.duplicate().get(content);
        return wrap(content);
    }

    /** Number of bytes. */
    public int size() {
        return content.length;
    }

    /** A read-only view, position 0, limit {@link #size()}; no copy. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /** The bytes in a new array. */
    public byte[] toByteArray() {
        return content.clone();
    }

    /** The array itself, for code of this package that only reads. */
    byte[] array() {
        return content;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** The size and the first bytes in hexadecimal. */
    @Override
    public String toString() {
        String shown = HexFormat.of().formatHex(content, 0, Math.min(SHOWN_BYTES, content.length));
        return content.length + " bytes " + shown + (content.length > SHOWN_BYTES ? ".." : "");
    }
}
