package io.icestream.engine.format;

/**
 * Chunk indices along one dimension, half open.
 *
 * @param from the first one, counted in chunks
 * @param to the first one beyond
 */
public record ChunkIndexRange(long from, long to) {
    /** Checks that both ends fit 32 bits and are in order. */
    public ChunkIndexRange {
        Ranges.checkUnsigned32("start of chunk range", from);
        Ranges.checkUnsigned32("end of chunk range", to);
        if (from > to) {
            throw new IllegalArgumentException("Invalid chunk range: it starts at " + from + " and ends at " + to);
        }
    }

    /** Whether the entry of a chunk index lies in this range. */
    public boolean contains(long entry) {
        return from <= entry && entry < to;
    }

    /** Whether the two have an index in common. */
    public boolean intersects(ChunkIndexRange other) {
        return Math.max(from, other.from) < Math.min(to, other.to);
    }

    /** Whether {@code other} lies in this range entirely. */
    public boolean encloses(ChunkIndexRange other) {
        return from <= other.from && other.to <= to;
    }
}
