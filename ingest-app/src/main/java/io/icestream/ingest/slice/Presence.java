package io.icestream.ingest.slice;

/**
 * Which rows of a column have a value.
 *
 * <pre>
 *  0  1  0: every row; 1: the rows whose bit is set; 2: no row, and no column of values follows
 *  1  n  only for 1: one bit per row, lowest bit first, ceil(rows / 8) bytes
 * </pre>
 */
final class Presence {

    static final int ALL = 0;
    static final int SOME = 1;
    static final int NONE = 2;

    private final byte[] block;
    private final int position;
    private final int kind;
    private final int rows;

    private Presence(byte[] block, int position, int kind, int rows) {
        this.block = block;
        this.position = position;
        this.kind = kind;
        this.rows = rows;
    }

    static Presence decode(byte[] block, int position, int rows) {
        if (position >= block.length) {
            throw new CorruptBlockException(position, "a variable begins, the block ends at byte " + block.length);
        }
        int kind = block[position];
        if (kind != ALL && kind != SOME && kind != NONE) {
            throw new CorruptBlockException(position, "a presence of 0, 1 or 2 was expected, not " + kind);
        }
        Presence presence = new Presence(block, position, kind, rows);
        if (presence.end() > block.length) {
            throw new CorruptBlockException(
                    position,
                    "the presence bits end at byte " + presence.end() + ", the block at byte " + block.length);
        }
        return presence;
    }

    static int sizeBytes(int kind, int rows) {
        return kind == SOME ? 1 + bitmapBytes(rows) : 1;
    }

    static int bitmapBytes(int rows) {
        return (rows + 7) >>> 3;
    }

    int end() {
        return position + sizeBytes(kind, rows);
    }

    boolean isAll() {
        return kind == ALL;
    }

    boolean isNone() {
        return kind == NONE;
    }

    boolean at(int row) {
        return switch (kind) {
            case ALL -> true;
            case SOME -> (block[position + 1 + (row >>> 3)] >>> (row & 7) & 1) != 0;
            default -> false;
        };
    }
}
