package io.icestream.engine.format;

import java.util.Arrays;

/**
 * Index of a chunk in the chunk grid of its array: one entry per dimension, zero based, counted in chunks, from 0 to
 * 2^32 - 1. An array without dimensions has one chunk, whose index has no entries. The order is lexicographic.
 */
public final class ChunkIndex implements Comparable<ChunkIndex> {
    private static final ChunkIndex SCALAR = new ChunkIndex(new int[0]);
    private static final long MAX = 0xFFFF_FFFFL;

    /** Each entry as an unsigned integer. */
    private final int[] entries;

    private ChunkIndex(int[] entries) {
        this.entries = entries;
    }

    /**
     * Makes an index from its entries.
     *
     * @throws IllegalArgumentException if an entry is negative or above 2^32 - 1
     */
    public static ChunkIndex of(long... entries) {
        int[] copy = new int[entries.length];
        for (int i = 0; i < copy.length; i++) {
            if (entries[i] < 0 || entries[i] > MAX) {
                throw new IllegalArgumentException(
                        "Invalid chunk index " + Arrays.toString(entries) + ": each entry must be from 0 to " + MAX);
            }
            copy[i] = (int) entries[i];
        }
        return ofUnsigned(copy);
    }

    /**
     * Makes an index from its entries.
     *
     * @throws IllegalArgumentException if an entry is negative
     */
    public static ChunkIndex of(int... entries) {
        for (int entry : entries) {
            if (entry < 0) {
                throw new IllegalArgumentException(
                        "Invalid chunk index " + Arrays.toString(entries) + ": each entry must be at least 0");
            }
        }
        return ofUnsigned(entries.clone());
    }

    /** The only index of an array without dimensions. */
    public static ChunkIndex of() {
        return SCALAR;
    }

    /** Takes over entries that are unsigned integers, without a copy. */
    static ChunkIndex ofUnsigned(int[] entries) {
        return entries.length == 0 ? SCALAR : new ChunkIndex(entries);
    }

    /** Number of entries. */
    public int rank() {
        return entries.length;
    }

    /** The entry of one dimension. */
    public long at(int dimension) {
        return Integer.toUnsignedLong(entries[dimension]);
    }

    /** All entries, in a new array. */
    public long[] toArray() {
        long[] copy = new long[entries.length];
        Arrays.setAll(copy, this::at);
        return copy;
    }

    /** The entries themselves, unsigned, for code of this package that only reads. */
    int[] unsigned() {
        return entries;
    }

    @Override
    public int compareTo(ChunkIndex other) {
        return Arrays.compareUnsigned(entries, other.entries);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkIndex index && Arrays.equals(entries, index.entries);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(entries);
    }

    /** The entries with {@code /} between them, as in a chunk key; empty for an index without entries. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < entries.length; i++) {
            text.append(i == 0 ? "" : "/").append(at(i));
        }
        return text.toString();
    }
}
