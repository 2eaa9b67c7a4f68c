package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that become more, with less spare room than doubling leaves. */
final class GrowingBytes {
    private static final int LEAST_GROWTH_BYTES = 4 << 20;

    private final int maximum;
    private byte[] bytes;
    private int size;

    GrowingBytes(byte[] first, int expectedSizeBytes, int maximum) {
        this.maximum = maximum;
        this.bytes = Arrays.copyOf(first, Math.max(first.length, expectedSizeBytes));
        this.size = first.length;
    }

    void add(ByteBuffer more) {
        int needed = Math.addExact(size, more.remaining());
        if (needed > bytes.length) {
            long grown = Math.max(needed, bytes.length + Math.max(LEAST_GROWTH_BYTES, bytes.length / 4L));
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(maximum, grown)));
        }
        int length = more.remaining();
        more.get(bytes, size, length);
        size += length;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }
}
