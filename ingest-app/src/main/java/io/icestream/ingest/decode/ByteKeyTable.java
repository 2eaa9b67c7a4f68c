package io.icestream.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;

/** Finds the index of a text by its UTF-8 bytes, without making a string of them. Immutable. */
final class ByteKeyTable {

    /** What {@link #find} answers for a text that is not there. */
    static final int ABSENT = -1;

    private final byte[][] keys;
    /** Index of a key and 1, or 0 for none; open addressing. */
    private final int[] slots;

    ByteKeyTable(List<String> texts) {
        this.keys = texts.stream().map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
        this.slots = new int[Integer.highestOneBit(Math.max(4, keys.length)) * 4];
        for (int key = 0; key < keys.length; key++) {
            int at = slotOf(hash(keys[key], 0, keys[key].length));
            while (slots[at] != 0) {
                at = slotOf(at + 1);
            }
            slots[at] = key + 1;
        }
    }

    int find(byte[] bytes, int from, int length) {
        int at = slotOf(hash(bytes, from, length));
        while (slots[at] != 0) {
            byte[] key = keys[slots[at] - 1];
            if (Arrays.equals(key, 0, key.length, bytes, from, from + length)) {
                return slots[at] - 1;
            }
            at = slotOf(at + 1);
        }
        return ABSENT;
    }

    private int slotOf(int hash) {
        return hash & (slots.length - 1);
    }

    private static int hash(byte[] bytes, int from, int length) {
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + bytes[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ hash >>> 15;
    }
}
