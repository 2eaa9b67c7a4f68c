package io.icestream.engine.format;

import java.util.Arrays;

/** Writes strings and byte vectors once where they repeat one of those written last. Belongs to one writer. */
final class RecentBytes {
    /** How many are remembered. */
    static final int LIMIT = 8;

    private final FlatWriter writer;
    private final byte[][] sources = new byte[LIMIT][0];
    private final int[] starts = new int[LIMIT];
    private final int[] lengths = new int[LIMIT];
    private final int[] places = new int[LIMIT];
    private int count;
    private int next;

    RecentBytes(FlatWriter writer) {
        this.writer = writer;
    }

    /** The place of a string, written if need be. */
    int string(byte[] source, int start, int length) {
        int known = find(source, start, length);
        return known == 0 ? remember(source, start, length, writer.utf8(source, start, length)) : known;
    }

    /** The place of a vector of bytes, written if need be; it may be that of a string, whose layout is the same. */
    int bytes(byte[] source, int start, int length) {
        int known = find(source, start, length);
        return known == 0 ? remember(source, start, length, writer.bytes(source, start, length)) : known;
    }

    /** Remembers a string that the writer took over from another buffer, its places grown by {@code shift}. */
    void add(FlatVector content, int shift) {
        int lengthAt = content.start() - 4;
        int place = content.reader().size() - lengthAt + shift;
        remember(content.reader().bytes(), content.start(), content.length(), place);
    }

    private int find(byte[] source, int start, int length) {
        for (int i = 0; i < count; i++) {
            if (lengths[i] == length
                    && Arrays.equals(sources[i], starts[i], starts[i] + length, source, start, start + length)) {
                return places[i];
            }
        }
        return 0;
    }

    private int remember(byte[] source, int start, int length, int place) {
        sources[next] = source;
        starts[next] = start;
        lengths[next] = length;
        places[next] = place;
        next = (next + 1) % LIMIT;
        count = Math.min(LIMIT, count + 1);
        return place;
    }
}
