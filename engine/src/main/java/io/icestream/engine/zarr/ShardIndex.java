package io.icestream.engine.zarr;

import java.util.Arrays;

/** Where the inner chunks of a shard lie: for each in C order offset and length in bytes, or nothing. Mutable while a shard is written. */
final class ShardIndex {
    private static final long ABSENT = -1;

    /** Offset and length in turn, unsigned. */
    private final long[] entries;

    private ShardIndex(long[] entries) {
        this.entries = entries;
    }

    static ShardIndex empty(int innerChunks) {
        long[] entries = new long[Math.multiplyExact(2, innerChunks)];
        Arrays.fill(entries, ABSENT);
        return new ShardIndex(entries);
    }

    /** The index as decoded: data type uint64, a last dimension of two. */
    static ShardIndex of(NdArray decoded) {
        return new ShardIndex(decoded.longs());
    }

    NdArray toArray(int... shape) {
        return NdArray.of(DataType.UINT64, entries, shape);
    }

    void set(int innerChunk, long offset, long length) {
        entries[2 * innerChunk] = offset;
        entries[2 * innerChunk + 1] = length;
    }

    boolean isPresent(int innerChunk) {
        return entries[2 * innerChunk] != ABSENT || entries[2 * innerChunk + 1] != ABSENT;
    }

    long offset(int innerChunk) {
        return entries[2 * innerChunk];
    }

    int length(int innerChunk) {
        return (int) entries[2 * innerChunk + 1];
    }

    /** Refuses a present inner chunk that leaves the shard or is longer than it can be. */
    void check(int innerChunk, long shardSize, SizeLimit limit) {
        long offset = entries[2 * innerChunk];
        long length = entries[2 * innerChunk + 1];
        if (offset < 0 || length < 0 || offset > shardSize || length > shardSize - offset) {
            throw new CorruptChunkException(
                    ShardingCodec.NAME,
                    "inner chunk " + innerChunk + " inside the shard of " + shardSize + " bytes",
                    "offset " + Long.toUnsignedString(offset) + ", length " + Long.toUnsignedString(length));
        }
        if (length > limit.maximum()) {
            throw new CorruptChunkException(
                    ShardingCodec.NAME,
                    limit.describe() + " of inner chunk " + innerChunk,
                    "length " + Long.toUnsignedString(length));
        }
    }
}
