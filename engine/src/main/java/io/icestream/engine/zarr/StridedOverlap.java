package io.icestream.engine.zarr;

/**
 * What one chunk has of a selection. Immutable.
 *
 * <p>Reading copies {@link #lengths} elements at distances of {@link #steps} from {@link #chunkOrigin} of the chunk to {@link #selectionOrigin} of the selection's block.
 */
public final class StridedOverlap {
    private final long[] chunkIndex;
    private final int[] chunkOrigin;
    private final int[] steps;
    private final int[] selectionOrigin;
    private final int[] lengths;

    StridedOverlap(long[] chunkIndex, int[] chunkOrigin, int[] steps, int[] selectionOrigin, int[] lengths) {
        this.chunkIndex = chunkIndex;
        this.chunkOrigin = chunkOrigin;
        this.steps = steps;
        this.selectionOrigin = selectionOrigin;
        this.lengths = lengths;
    }

    /** Index of the chunk, counted in chunks; a copy. */
    public long[] chunkIndex() {
        return chunkIndex.clone();
    }

    /** First common element, counted from the chunk's first element; a copy. */
    public int[] chunkOrigin() {
        return chunkOrigin.clone();
    }

    /** Distance of common elements in each dimension; a copy. */
    public int[] steps() {
        return steps.clone();
    }

    /** First common element, counted in selected elements; a copy. */
    public int[] selectionOrigin() {
        return selectionOrigin.clone();
    }

    /** Number of common elements in each dimension, at least 1; a copy. */
    public int[] lengths() {
        return lengths.clone();
    }
}
