package io.icestream.ingest.slice;

/**
 * A column of integers inside a block: the smallest value, and for each row the unsigned difference to it in as few bytes as the
 * greatest one needs.
 *
 * <pre>
 *  0  1  width of a difference in bytes: 0, 1, 2, 4 or 8
 *  1  8  base, the smallest value; 0 if the width is 8
 *  9  n  differences, rows * width bytes, little endian
 * </pre>
 *
 * <p>It is read at random as fast as a plain array, and a column that hardly varies (versions, offsets, slots of a short window) shrinks
 * before the compression of the topic sees it. Values of 8 bytes, as doubles are, stay as they are.
 */
final class PackedColumn {

    private static final int PREFIX = 9;

    private final byte[] block;
    private final int start;
    private final int width;
    private final long base;
    private final int rows;

    private PackedColumn(byte[] block, int start, int width, long base, int rows) {
        this.block = block;
        this.start = start;
        this.width = width;
        this.base = base;
        this.rows = rows;
    }

    static PackedColumn decode(byte[] block, int position, int rows) {
        if (block.length - position < PREFIX) {
            throw new CorruptBlockException(position, "a column begins, the block ends at byte " + block.length);
        }
        int width = block[position];
        if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8) {
            throw new CorruptBlockException(position, "a width of 0, 1, 2, 4 or 8 bytes was expected, not " + width);
        }
        long end = (long) position + PREFIX + (long) rows * width;
        if (end > block.length) {
            throw new CorruptBlockException(
                    position, "the column ends at byte " + end + ", the block at byte " + block.length);
        }
        return new PackedColumn(block, position + PREFIX, width, LittleEndian.longAt(block, position + 1), rows);
    }

    /** {@return position of the byte after the column} */
    int end() {
        return start + rows * width;
    }

    long at(int row) {
        return switch (width) {
            case 0 -> base;
            case 1 -> base + (block[start + row] & 0xFFL);
            case 2 -> base + LittleEndian.shortAt(block, start + 2 * row);
            case 4 -> base + (LittleEndian.intAt(block, start + 4 * row) & 0xFFFF_FFFFL);
            default -> base + LittleEndian.longAt(block, start + 8 * row);
        };
    }

    /** Copies all rows; the loops are apart so that each is free of branches. */
    void copyTo(long[] target) {
        switch (width) {
            case 0 -> java.util.Arrays.fill(target, 0, rows, base);
            case 1 -> {
                for (int row = 0; row < rows; row++) {
                    target[row] = base + (block[start + row] & 0xFFL);
                }
            }
            case 2 -> {
                for (int row = 0; row < rows; row++) {
                    target[row] = base + LittleEndian.shortAt(block, start + 2 * row);
                }
            }
            case 4 -> {
                for (int row = 0; row < rows; row++) {
                    target[row] = base + (LittleEndian.intAt(block, start + 4 * row) & 0xFFFF_FFFFL);
                }
            }
            default -> {
                for (int row = 0; row < rows; row++) {
                    target[row] = base + LittleEndian.longAt(block, start + 8 * row);
                }
            }
        }
    }

    /** {@return whether every value lies in a range, both ends included} */
    boolean isWithin(long least, long greatest) {
        for (int row = 0; row < rows; row++) {
            long value = at(row);
            if (value < least || value > greatest) {
                return false;
            }
        }
        return true;
    }

    /**
     * How a column will be written.
     *
     * @param width bytes per row
     * @param base what is taken off each value
     */
    record Shape(int width, long base) {

        static Shape of(long[] values, int from, int to) {
            long least = Long.MAX_VALUE;
            long greatest = Long.MIN_VALUE;
            for (int row = from; row < to; row++) {
                least = Math.min(least, values[row]);
                greatest = Math.max(greatest, values[row]);
            }
            return ofRange(least, greatest);
        }

        static Shape of(int[] values, int from, int to) {
            int least = Integer.MAX_VALUE;
            int greatest = Integer.MIN_VALUE;
            for (int row = from; row < to; row++) {
                least = Math.min(least, values[row]);
                greatest = Math.max(greatest, values[row]);
            }
            return ofRange(least, greatest);
        }

        private static Shape ofRange(long least, long greatest) {
            long range = greatest - least;
            if (range < 0 || range > 0xFFFF_FFFFL) {
                return new Shape(8, 0);
            }
            int width = range == 0 ? 0 : range <= 0xFF ? 1 : range <= 0xFFFF ? 2 : 4;
            return new Shape(width, least);
        }

        int sizeBytes(int rows) {
            return PREFIX + rows * width;
        }

        /** Writes the rows and returns the position after them. */
        int encode(long[] values, int from, int to, byte[] target, int position) {
            int at = encodePrefix(target, position);
            switch (width) {
                case 0 -> {}
                case 1 -> {
                    for (int row = from; row < to; row++) {
                        target[at++] = (byte) (values[row] - base);
                    }
                }
                case 2 -> {
                    for (int row = from; row < to; row++, at += 2) {
                        LittleEndian.putShort(target, at, (int) (values[row] - base));
                    }
                }
                case 4 -> {
                    for (int row = from; row < to; row++, at += 4) {
                        LittleEndian.putInt(target, at, (int) (values[row] - base));
                    }
                }
                default -> {
                    for (int row = from; row < to; row++, at += 8) {
                        LittleEndian.putLong(target, at, values[row]);
                    }
                }
            }
            return at;
        }

        /** Writes the rows and returns the position after them. */
        int encode(int[] values, int from, int to, byte[] target, int position) {
            int at = encodePrefix(target, position);
            switch (width) {
                case 0 -> {}
                case 1 -> {
                    for (int row = from; row < to; row++) {
                        target[at++] = (byte) (values[row] - base);
                    }
                }
                case 2 -> {
                    for (int row = from; row < to; row++, at += 2) {
                        LittleEndian.putShort(target, at, (int) (values[row] - base));
                    }
                }
                default -> {
                    for (int row = from; row < to; row++, at += 4) {
                        LittleEndian.putInt(target, at, (int) (values[row] - base));
                    }
                }
            }
            return at;
        }

        private int encodePrefix(byte[] target, int position) {
            target[position] = (byte) width;
            LittleEndian.putLong(target, position + 1, base);
            return position + PREFIX;
        }
    }
}
