package io.icestream.engine.format;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * How the chunk grid of one array is cut into boxes, each of which has a manifest of its own. Boxes are numbered in
 * row-major order. An array without dimensions has one box, an array with a dimension without chunks has none.
 */
public final class ManifestSplits {
    private final long[] chunkCounts;
    private final long[] lengths;

    private ManifestSplits(long[] chunkCounts, long[] lengths) {
        this.chunkCounts = chunkCounts;
        this.lengths = lengths;
    }

    /**
     * Applies rules to an array: they are gone through in order, and the first split that matches a dimension counts for it. A
     * dimension that none matches is not cut.
     *
     * @param path where the array is
     * @param array its shape and dimension names; its manifests do not matter
     */
    public static ManifestSplits of(List<SplitRule> rules, NodePath path, NodeData.Array array) {
        int rank = array.shape().size();
        long[] lengths = new long[rank];
        List<SplitRule> applicable =
                rules.stream().filter(rule -> rule.arrays().matches(path)).toList();
        for (int axis = 0; axis < rank; axis++) {
            lengths[axis] = length(applicable, axis, array);
        }
        long[] counts =
                array.shape().stream().mapToLong(DimensionShape::chunkCount).toArray();
        return new ManifestSplits(counts, lengths);
    }

    private static long length(List<SplitRule> rules, int axis, NodeData.Array array) {
        var name = array.dimensionNames().filter(names -> axis < names.size()).flatMap(names -> names.get(axis));
        return rules.stream()
                .flatMap(rule -> rule.dimensions().stream())
                .filter(split -> split.dimension().matches(axis, name))
                .mapToLong(SplitRule.DimensionSplit::chunks)
                .findFirst()
                .orElse(Ranges.MAX_U32);
    }

    /** Number of dimensions. */
    public int rank() {
        return lengths.length;
    }

    /** Where a dimension is cut: 0, the places between, the number of its chunks; just 0 if it has no chunks. */
    public long[] edges(int axis) {
        long[] edges = new long[Math.toIntExact(parts(axis) + 1)];
        Arrays.setAll(edges, i -> Math.min(i * lengths[axis], chunkCounts[axis]));
        return edges;
    }

    /**
     * Number of boxes.
     *
     * @throws ArithmeticException if it is 2^63 or more
     */
    public long boxCount() {
        long count = 1;
        for (int axis = 0; axis < lengths.length; axis++) {
            count = Math.multiplyExact(count, parts(axis));
        }
        return count;
    }

    /** The box that a chunk is in, or empty if it is outside of the grid. */
    public OptionalLong boxOf(ChunkIndex index) {
        if (index.rank() != lengths.length) {
            return OptionalLong.empty();
        }
        long box = 0;
        for (int axis = 0; axis < lengths.length; axis++) {
            if (index.at(axis) >= chunkCounts[axis]) {
                return OptionalLong.empty();
            }
            box = box * parts(axis) + index.at(axis) / lengths[axis];
        }
        return OptionalLong.of(box);
    }

    /** The part of the grid that a box covers, one range per dimension. */
    public List<ChunkIndexRange> extents(long box) {
        if (box < 0 || box >= boxCount()) {
            throw new IndexOutOfBoundsException("No box " + box + " among " + boxCount());
        }
        ChunkIndexRange[] ranges = new ChunkIndexRange[lengths.length];
        long rest = box;
        for (int axis = lengths.length - 1; axis >= 0; axis--) {
            long from = rest % parts(axis) * lengths[axis];
            rest /= parts(axis);
            ranges[axis] = new ChunkIndexRange(from, Math.min(from + lengths[axis], chunkCounts[axis]));
        }
        return List.of(ranges);
    }

    private long parts(int axis) {
        return chunkCounts[axis] == 0 ? 0 : (chunkCounts[axis] - 1) / lengths[axis] + 1;
    }

    /** The length of the parts per dimension. */
    @Override
    public String toString() {
        return "split at every " + Arrays.toString(lengths) + " of " + Arrays.toString(chunkCounts) + " chunks";
    }
}
