package io.icestream.engine.zarr;

/**
 * The common elements of one chunk and a region. Immutable.
 *
 * <p>Reading copies {@link #lengths} elements from {@link #chunkOrigin} of the chunk to {@link #regionOrigin} of the region's block; writing the other way.
 */
public final class ChunkOverlap {
    private final long[] chunkIndex;
    private final int[] chunkOrigin;
    private final int[] regionOrigin;
    private final int[] lengths;
    private final Extent extent;

    /** How much of the chunk the region has. */
    enum Extent {
        /** Not every element that lies inside the array. */
        PART,
        /** Every element inside the array, and the chunk has others beyond its edge. */
        UP_TO_EDGE,
        /** Every element. */
        WHOLE
    }

    ChunkOverlap(long[] chunkIndex, int[] chunkOrigin, int[] regionOrigin, int[] lengths, Extent extent) {
        this.chunkIndex = chunkIndex;
        this.chunkOrigin = chunkOrigin;
        this.regionOrigin = regionOrigin;
        this.lengths = lengths;
        this.extent = extent;
    }

    /** Index of the chunk, counted in chunks; a copy. */
    public long[] chunkIndex() {
        return chunkIndex.clone();
    }

    /** First common element, counted from the chunk's first element; a copy. */
    public int[] chunkOrigin() {
        return chunkOrigin.clone();
    }

    /** First common element, counted from the region's first element; a copy. */
    public int[] regionOrigin() {
        return regionOrigin.clone();
    }

    /** Number of common elements in each dimension, at least 1; a copy. */
    public int[] lengths() {
        return lengths.clone();
    }

    /**
     * Whether the region has every element of the chunk that lies inside the array, so that writing it needs nothing of what is stored.
     */
    public boolean coversChunk() {
        return extent != Extent.PART;
    }

    /**
     * Whether the region has every element of the chunk as it is stored: it covers it, and the chunk does not reach beyond the array.
     */
    public boolean isWholeChunk() {
        return extent == Extent.WHOLE;
    }
}
