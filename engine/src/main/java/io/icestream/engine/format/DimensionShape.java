package io.icestream.engine.format;

/**
 * One dimension of an array.
 *
 * @param arrayLength number of elements
 * @param chunkCount number of chunks
 */
public record DimensionShape(long arrayLength, long chunkCount) {
    /** Checks the ranges. */
    public DimensionShape {
        Ranges.checkNotNegative("length of dimension", arrayLength);
        Ranges.checkUnsigned32("number of chunks", chunkCount);
    }
}
