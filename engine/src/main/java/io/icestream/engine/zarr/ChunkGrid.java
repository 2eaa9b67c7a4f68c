package io.icestream.engine.zarr;

import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The regular chunk grid of an array: which chunk holds which elements. Immutable.
 *
 * <p>All chunks have the same shape. Those at the array's edge are stored whole; their elements beyond the array's shape mean nothing.
 *
 * <p>Source: Zarr core specification, regular grids.
 */
public final class ChunkGrid {
    private final long[] shape;
    private final long[] chunkShape;
    private final long[] chunkCounts;

    /**
     * @param shape number of elements of the array in each dimension
     * @param chunkShape number of elements of a chunk in each dimension: at least 1, or 0 where the array has none
     * @throws IllegalArgumentException if the ranks differ or a length is out of range
     */
    public ChunkGrid(long[] shape, long[] chunkShape) {
        this.shape = shape.clone();
        this.chunkShape = chunkShape.clone();
        if (shape.length != chunkShape.length) {
            throw new IllegalArgumentException("Invalid chunk shape " + Arrays.toString(chunkShape)
                    + ": the array's shape " + Arrays.toString(shape) + " has another rank");
        }
        this.chunkCounts = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            chunkCounts[d] = chunkCount(d);
        }
    }

    private long chunkCount(int dimension) {
        long length = shape[dimension];
        long chunkLength = chunkShape[dimension];
        if (length < 0) {
            throw new IllegalArgumentException("Invalid shape " + Arrays.toString(shape) + ": negative length");
        }
        if (chunkLength < 0 || (chunkLength == 0 && length > 0)) {
            throw new IllegalArgumentException(
                    "Invalid chunk shape " + Arrays.toString(chunkShape) + ": each length must be at least 1");
        }
        return length == 0 ? 0 : (length - 1) / chunkLength + 1;
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Number of elements of the array in each dimension; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements of each chunk in each dimension; a copy. */
    public long[] chunkShape() {
        return chunkShape.clone();
    }

    /** Number of chunks in each dimension; a copy. */
    public long[] chunkCounts() {
        return chunkCounts.clone();
    }

    /** Whether there is a chunk of that index. */
    public boolean contains(long... chunkIndex) {
        if (chunkIndex.length != rank()) {
            return false;
        }
        for (int d = 0; d < rank(); d++) {
            if (chunkIndex[d] < 0 || chunkIndex[d] >= chunkCounts[d]) {
                return false;
            }
        }
        return true;
    }

    /** Index of the chunk that holds an element. */
    public long[] chunkOf(long... element) {
        requireInside(new Region(element, ones(element.length)));
        long[] index = new long[rank()];
        for (int d = 0; d < rank(); d++) {
            index[d] = element[d] / chunkShape[d];
        }
        return index;
    }

    private static long[] ones(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The elements of a chunk that lie inside the array: smaller than the chunk shape at the edge. */
    public Region regionOf(long... chunkIndex) {
        if (!contains(chunkIndex)) {
            throw new IndexOutOfBoundsException("No chunk " + Arrays.toString(chunkIndex) + " in a grid of "
                    + Arrays.toString(chunkCounts) + " chunks");
        }
        long[] origin = new long[rank()];
        long[] lengths = new long[rank()];
        for (int d = 0; d < rank(); d++) {
            origin[d] = chunkIndex[d] * chunkShape[d];
            lengths[d] = Math.min(chunkShape[d], shape[d] - origin[d]);
        }
        return new Region(origin, lengths);
    }

    /**
     * The chunks that a region touches, as a region counted in chunks; empty if the region is.
     *
     * @throws IndexOutOfBoundsException if the region leaves the array
     */
    public Region chunksTouching(Region region) {
        requireInside(region);
        long[] first = new long[rank()];
        long[] counts = new long[rank()];
        if (!region.isEmpty()) {
            for (int d = 0; d < rank(); d++) {
                first[d] = region.start(d) / chunkShape[d];
                counts[d] = (region.end(d) - 1) / chunkShape[d] + 1 - first[d];
            }
        }
        return new Region(first, counts);
    }

    /**
     * What each chunk has in common with a region, in C order of the chunks. Lazy.
     *
     * @throws IndexOutOfBoundsException if the region leaves the array
     * @throws IllegalArgumentException if a length of the region is beyond what a Java array can hold
     */
    public Stream<ChunkOverlap> overlaps(Region region) {
        Shapes.toInts(region.shape());
        Shapes.toInts(chunkShape);
        return indices(chunksTouching(region)).map(index -> overlap(index, region));
    }

    /** Every index of a region, in C order. Lazy; each index is an array of its own. */
    public static Stream<long[]> indices(Region region) {
        Stream<long[]> indices = Stream.of(region.origin());
        for (int d = 0; d < region.rank(); d++) {
            int dimension = d;
            indices = indices.flatMap(index -> LongStream.range(region.start(dimension), region.end(dimension))
                    .mapToObj(i -> with(index, dimension, i)));
        }
        return indices;
    }

    private static long[] with(long[] index, int dimension, long value) {
        long[] changed = index.clone();
        changed[dimension] = value;
        return changed;
    }

    private ChunkOverlap overlap(long[] chunkIndex, Region region) {
        int[] chunkOrigin = new int[rank()];
        int[] regionOrigin = new int[rank()];
        int[] lengths = new int[rank()];
        boolean covers = true;
        for (int d = 0; d < rank(); d++) {
            long chunkStart = chunkIndex[d] * chunkShape[d];
            long chunkEnd = Math.min(chunkStart + chunkShape[d], shape[d]);
            long start = Math.max(chunkStart, region.start(d));
            long end = Math.min(chunkEnd, region.end(d));
            chunkOrigin[d] = (int) (start - chunkStart);
            regionOrigin[d] = (int) (start - region.start(d));
            lengths[d] = (int) (end - start);
            covers &= start == chunkStart && end == chunkEnd;
        }
        return new ChunkOverlap(chunkIndex, chunkOrigin, regionOrigin, lengths, covers);
    }

    private void requireInside(Region region) {
        boolean inside = region.rank() == rank();
        for (int d = 0; inside && d < rank(); d++) {
            inside = region.end(d) <= shape[d];
        }
        if (!inside) {
            throw new IndexOutOfBoundsException("Region " + region + " leaves shape " + Arrays.toString(shape));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkGrid that
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(chunkShape, that.chunkShape);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(chunkShape);
    }

    @Override
    public String toString() {
        return "shape " + Arrays.toString(shape) + " in chunks of " + Arrays.toString(chunkShape);
    }
}
