package io.icestream.engine.zarr;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The compressor BloscLZ: runs of literal bytes and copies of what came before.
 *
 * <pre>
 * 000nnnnn                  n + 1 literal bytes follow; the first instruction is always this one
 * lllhhhhh [l…] o           copy l + 2 bytes (l of 7 goes on in further bytes, until one is not 255) from h * 256 + o + 1 bytes before
 * lll11111 [l…] 255 o o     the same from 8192 + o * 256 + o bytes before
 * </pre>
 *
 * <p>Source: c-blosc, {@code blosclz.c}.
 */
final class BloscLz {
    private static final int LARGEST_LITERAL_RUN = 32;
    private static final int SMALLEST_COPY = 3;
    private static final int WORTHWHILE_COPY = 4;
    private static final int NEAREST_FAR = 8191;
    private static final int HASH_BITS = 13;

    /** The decoder of c-blosc refuses a copy as the last instruction. */
    private static final int LITERAL_END = 4;

    private BloscLz() {}

    /**
     * Decodes a block.
     *
     * @return the number of bytes written
     * @throws IndexOutOfBoundsException if the bytes are damaged
     */
    static int decompress(byte[] source, int from, int sourceLength, byte[] target, int to, int targetLength) {
        int end = from + sourceLength;
        int limit = to + targetLength;
        int in = from;
        int out = to;
        int control = source[in++] & 31;
        while (true) {
            if (control < 32) {
                int count = control + 1;
                requireRoom(count, Math.min(end - in, limit - out));
                System.arraycopy(source, in, target, out, count);
                in += count;
                out += count;
            } else {
                int length = (control >>> 5) - 1;
                int distance = (control & 31) << 8;
                if (length == 6) {
                    int more;
                    do {
                        requireRoom(1, end - in);
                        more = source[in++] & 0xff;
                        length += more;
                        requireRoom(length, limit - out);
                    } while (more == 255);
                }
                requireRoom(1, end - in);
                int low = source[in++] & 0xff;
                distance += low;
                if (low == 255 && (control & 31) == 31) {
                    requireRoom(2, end - in);
                    distance = ((source[in] & 0xff) << 8) + (source[in + 1] & 0xff) + NEAREST_FAR;
                    in += 2;
                }
                length += SMALLEST_COPY;
                requireRoom(length, limit - out);
                requireRoom(distance + 1, out - to);
                copy(target, out - distance - 1, out, length);
                out += length;
            }
            if (in >= end) {
                return out - to;
            }
            control = source[in++] & 0xff;
        }
    }

    private static void requireRoom(int count, int room) {
        if (count > room) {
            throw new IndexOutOfBoundsException(count + " bytes where there are " + room);
        }
    }

    /** Byte by byte: source and target may overlap, and then the copy repeats. */
    private static void copy(byte[] bytes, int from, int to, int length) {
        for (int i = 0; i < length; i++) {
            bytes[to + i] = bytes[from + i];
        }
    }

    /** Encodes a block, looking for each copy at one place only. */
    static byte[] compress(byte[] block) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(block.length / 2 + 64);
        int[] latest = new int[1 << HASH_BITS];
        Arrays.fill(latest, -1);
        int literals = 0;
        int at = 0;
        while (at < block.length) {
            int candidate = -1;
            if (at + WORTHWHILE_COPY <= block.length) {
                int hash = hash(block, at);
                candidate = latest[hash];
                latest[hash] = at;
            }
            int length = candidate < 0 || at - candidate > NEAREST_FAR ? 0 : common(block, candidate, at);
            if (length < WORTHWHILE_COPY) {
                at++;
            } else {
                writeLiterals(block, literals, at, out);
                writeCopy(at - candidate - 1, length, out);
                at += length;
                literals = at;
            }
        }
        writeLiterals(block, literals, at, out);
        return out.toByteArray();
    }

    private static int hash(byte[] block, int at) {
        int four = (block[at] & 0xff)
                | ((block[at + 1] & 0xff) << 8)
                | ((block[at + 2] & 0xff) << 16)
                | (block[at + 3] << 24);
        return (four * 0x9E3779B1) >>> (32 - HASH_BITS);
    }

    private static int common(byte[] block, int first, int second) {
        int length = 0;
        while (second + length < block.length - LITERAL_END && block[first + length] == block[second + length]) {
            length++;
        }
        return length;
    }

    private static void writeLiterals(byte[] block, int from, int to, ByteArrayOutputStream out) {
        for (int at = from; at < to; at += LARGEST_LITERAL_RUN) {
            int count = Math.min(LARGEST_LITERAL_RUN, to - at);
            out.write(count - 1);
            out.write(block, at, count);
        }
    }

    /** The distance is below {@link #NEAREST_FAR}, so it never takes the far form. */
    private static void writeCopy(int distance, int length, ByteArrayOutputStream out) {
        int code = length - 2;
        out.write((Math.min(code, 7) << 5) | (distance >>> 8));
        if (code >= 7) {
            int more = code - 7;
            for (; more >= 255; more -= 255) {
                out.write(255);
            }
            out.write(more);
        }
        out.write(distance & 0xff);
    }
}
