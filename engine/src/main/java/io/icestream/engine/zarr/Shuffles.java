package io.icestream.engine.zarr;

/** Byte and bit shuffles of blocks of elements, as HDF5 and blosc have them. */
final class Shuffles {
    private Shuffles() {}

    /** All first bytes first, then all second ones; bytes that make no whole element stay at the end. */
    static void shuffle(int elementSize, byte[] source, int from, int length, byte[] target, int to) {
        int count = length / elementSize;
        for (int part = 0; part < elementSize; part++) {
            int row = to + part * count;
            for (int i = 0, at = from + part; i < count; i++, at += elementSize) {
                target[row + i] = source[at];
            }
        }
        int done = count * elementSize;
        System.arraycopy(source, from + done, target, to + done, length - done);
    }

    /** The reverse of {@link #shuffle}. */
    static void unshuffle(int elementSize, byte[] source, int from, int length, byte[] target, int to) {
        int count = length / elementSize;
        for (int part = 0; part < elementSize; part++) {
            int row = from + part * count;
            for (int i = 0, at = to + part; i < count; i++, at += elementSize) {
                target[at] = source[row + i];
            }
        }
        int done = count * elementSize;
        System.arraycopy(source, from + done, target, to + done, length - done);
    }

    /** All lowest bits of the first bytes first; only where there are whole groups of eight elements, otherwise a copy. */
    static void bitShuffle(int elementSize, byte[] source, int from, int length, byte[] target, int to) {
        int groups = groups(elementSize, length);
        for (int part = 0; part < elementSize; part++) {
            for (int group = 0; group < groups; group++) {
                long bits = 0;
                int at = from + group * 8 * elementSize + part;
                for (int i = 0; i < 8; i++, at += elementSize) {
                    bits |= (source[at] & 0xffL) << (8 * i);
                }
                bits = transposed(bits);
                int row = to + part * 8 * groups + group;
                for (int bit = 0; bit < 8; bit++, row += groups) {
                    target[row] = (byte) (bits >>> (8 * bit));
                }
            }
        }
        int done = groups * 8 * elementSize;
        System.arraycopy(source, from + done, target, to + done, length - done);
    }

    /** The reverse of {@link #bitShuffle}. */
    static void bitUnshuffle(int elementSize, byte[] source, int from, int length, byte[] target, int to) {
        int groups = groups(elementSize, length);
        for (int part = 0; part < elementSize; part++) {
            for (int group = 0; group < groups; group++) {
                long bits = 0;
                int row = from + part * 8 * groups + group;
                for (int bit = 0; bit < 8; bit++, row += groups) {
                    bits |= (source[row] & 0xffL) << (8 * bit);
                }
                bits = transposed(bits);
                int at = to + group * 8 * elementSize + part;
                for (int i = 0; i < 8; i++, at += elementSize) {
                    target[at] = (byte) (bits >>> (8 * i));
                }
            }
        }
        int done = groups * 8 * elementSize;
        System.arraycopy(source, from + done, target, to + done, length - done);
    }

    /** Blosc shuffles all elements or, if their number is no multiple of eight, none. */
    private static int groups(int elementSize, int length) {
        int count = length / elementSize;
        return count % 8 == 0 ? count / 8 : 0;
    }

    /** Rows and columns of the 8 by 8 bits changed over. */
    private static long transposed(long bits) {
        long swap = (bits ^ (bits >>> 7)) & 0x00AA00AA00AA00AAL;
        long result = bits ^ swap ^ (swap << 7);
        swap = (result ^ (result >>> 14)) & 0x0000CCCC0000CCCCL;
        result ^= swap ^ (swap << 14);
        swap = (result ^ (result >>> 28)) & 0x00000000F0F0F0F0L;
        return result ^ swap ^ (swap << 28);
    }
}
