package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The chunk grid of an array: which chunk holds which elements. Immutable.
 *
 * <p>In a regular grid all chunks have the same shape; in a rectilinear one each dimension has its list of lengths. Chunks at the array's edge are stored whole; their
 * elements beyond the array's shape mean nothing.
 *
 * <p>Source: Zarr core specification, regular grids; Zarr extension, chunk grid {@code rectilinear}.
 */
public final class ChunkGrid {
    private final long[] shape;
    private final long[] chunkCounts;

    /** Of a regular grid; in a rectilinear one 0 where lengths are listed. */
    private final long[] chunkShape;

    /** Of a rectilinear grid; empty for a regular one, whose arithmetic needs nothing but its chunk shape. */
    private final List<ChunkLengths> axes;

    /**
     * A regular grid.
     *
     * @param shape number of elements of the array in each dimension
     * @param chunkShape number of elements of a chunk in each dimension: at least 1, or 0 where the array has none
     * @throws IllegalArgumentException if the ranks differ or a length is out of range
     */
    public ChunkGrid(long[] shape, long[] chunkShape) {
        this.shape = shape.clone();
        this.chunkShape = chunkShape.clone();
        this.axes = List.of();
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
        requireNotNegative(length);
        if (chunkLength < 0 || (chunkLength == 0 && length > 0)) {
            throw new IllegalArgumentException(
                    "Invalid chunk shape " + Arrays.toString(chunkShape) + ": each length must be at least 1");
        }
        return length == 0 ? 0 : (length - 1) / chunkLength + 1;
    }

    private void requireNotNegative(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("Invalid shape " + Arrays.toString(shape) + ": negative length");
        }
    }

    private ChunkGrid(long[] shape, List<ChunkLengths> axes) {
        this.shape = shape.clone();
        this.axes = List.copyOf(axes);
        if (shape.length != axes.size()) {
            throw new IllegalArgumentException("Invalid chunk lengths " + axes + ": the array's shape "
                    + Arrays.toString(shape) + " has another rank");
        }
        this.chunkShape = new long[shape.length];
        this.chunkCounts = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            ChunkLengths axis = axes.get(d);
            requireNotNegative(shape[d]);
            if (!axis.cover(shape[d])) {
                throw new IllegalArgumentException("Invalid chunk lengths " + axis + " of dimension " + d
                        + ": they do not reach to the end of the array's shape " + Arrays.toString(shape));
            }
            chunkShape[d] = axis.isRegular() ? axis.length(0) : 0;
            chunkCounts[d] = shape[d] == 0 ? 0 : axis.chunkOf(shape[d] - 1) + 1;
        }
    }

    /**
     * A rectilinear grid.
     *
     * @param shape number of elements of the array in each dimension
     * @param axes lengths of the chunks along each dimension, which reach at least to the end of the array
     * @throws IllegalArgumentException if the ranks differ or the chunks do not reach to the end
     */
    public static ChunkGrid rectilinear(long[] shape, List<ChunkLengths> axes) {
        return axes.isEmpty() ? new ChunkGrid(shape, new long[0]) : new ChunkGrid(shape, axes);
    }

    static ChunkGrid parse(long[] shape, Extension grid) {
        return switch (grid.name()) {
            case "regular" ->
                regular(
                        shape,
                        grid.requireOnly(Set.of("chunk_shape")).configuration().member("chunk_shape"));
            case "rectilinear" ->
                rectilinear(
                        shape, grid.requireOnly(Set.of("kind", "chunk_shapes")).configuration());
            default -> throw grid.unsupported("chunk grid");
        };
    }

    private static ChunkGrid regular(long[] shape, MetadataField chunkShape) {
        try {
            return new ChunkGrid(shape, chunkShape.asLengths());
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(chunkShape.path(), String.valueOf(e.getMessage()), e);
        }
    }

    private static ChunkGrid rectilinear(long[] shape, MetadataField configuration) {
        MetadataField kind = configuration.member("kind");
        if (!kind.asText().equals("inline")) {
            throw kind.expected("\"inline\"");
        }
        MetadataField lengths = configuration.member("chunk_shapes");
        List<ChunkLengths> axes =
                lengths.elements().stream().map(ChunkLengths::parse).toList();
        try {
            return rectilinear(shape, axes);
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(lengths.path(), String.valueOf(e.getMessage()), e);
        }
    }

    /** The entry of the metadata's {@code chunk_grid}. */
    JsonNode toJson() {
        if (isRegular()) {
            return Json.extension("regular", configuration -> {
                ArrayNode lengths = configuration.putArray("chunk_shape");
                LongStream.of(chunkShape).forEach(lengths::add);
            });
        }
        return Json.extension("rectilinear", configuration -> {
            ArrayNode lengths = configuration.put("kind", "inline").putArray("chunk_shapes");
            axes.forEach(axis -> lengths.add(axis.toJson()));
        });
    }

    /** The same grid over another shape; where chunk lengths are listed and do not reach to its end, with one more chunk for the rest. */
    ChunkGrid withShape(long... newShape) {
        if (isRegular() || newShape.length != rank()) {
            return new ChunkGrid(newShape, chunkShape);
        }
        List<ChunkLengths> grown = new ArrayList<>();
        for (int d = 0; d < newShape.length; d++) {
            grown.add(axes.get(d).covering(newShape[d]));
        }
        return new ChunkGrid(newShape, grown);
    }

    /** Whether all chunks have the same shape, by kind of grid; a rectilinear grid is not regular whatever its lengths. */
    public boolean isRegular() {
        return axes.isEmpty();
    }

    /** Lengths of the chunks along each dimension of a rectilinear grid; none for a regular one. */
    public List<ChunkLengths> chunkLengths() {
        return axes;
    }

    /** Number of elements of one chunk in each dimension, as it is stored: also at the edge. */
    public long[] chunkShapeOf(long... chunkIndex) {
        if (isRegular()) {
            return chunkShape.clone();
        }
        requireChunk(chunkIndex);
        long[] lengths = new long[rank()];
        for (int d = 0; d < lengths.length; d++) {
            lengths[d] = axes.get(d).length(chunkIndex[d]);
        }
        return lengths;
    }

    /** Shapes among which every length that chunks have in a dimension occurs. */
    Stream<long[]> typicalChunkShapes() {
        if (isRegular()) {
            return Stream.of(chunkShape.clone());
        }
        List<long[]> lengths = axes.stream().map(ChunkLengths::distinctLengths).toList();
        int most = lengths.stream().mapToInt(axis -> axis.length).max().orElse(0);
        return IntStream.range(0, most)
                .mapToObj(i -> lengths.stream()
                        .mapToLong(axis -> axis[Math.min(i, axis.length - 1)])
                        .toArray());
    }

    /** Number of chunks that the metadata tells of in each dimension: beyond the array those count that a rectilinear grid lists. */
    long[] listedChunkCounts() {
        long[] counts = chunkCounts.clone();
        for (int d = 0; d < axes.size(); d++) {
            counts[d] = axes.get(d).chunkCount(shape[d]);
        }
        return counts;
    }

    private long chunkOf(int dimension, long element) {
        return isRegular()
                ? element / chunkShape[dimension]
                : axes.get(dimension).chunkOf(element);
    }

    private long start(int dimension, long chunk) {
        return isRegular() ? chunk * chunkShape[dimension] : axes.get(dimension).start(chunk);
    }

    private long length(int dimension, long chunk) {
        return isRegular() ? chunkShape[dimension] : axes.get(dimension).length(chunk);
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Number of elements of the array in each dimension; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Number of elements of each chunk in each dimension; a copy.
     *
     * @throws IllegalStateException if chunks differ; see {@link #chunkShapeOf}
     */
    public long[] chunkShape() {
        if (axes.stream().anyMatch(axis -> !axis.isRegular())) {
            throw new IllegalStateException("Chunks of a rectilinear grid have no common shape: " + this);
        }
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
            index[d] = chunkOf(d, element[d]);
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
        requireChunk(chunkIndex);
        long[] origin = new long[rank()];
        long[] lengths = new long[rank()];
        for (int d = 0; d < rank(); d++) {
            origin[d] = start(d, chunkIndex[d]);
            lengths[d] = Math.min(length(d, chunkIndex[d]), shape[d] - origin[d]);
        }
        return new Region(origin, lengths);
    }

    private void requireChunk(long... chunkIndex) {
        if (!contains(chunkIndex)) {
            throw new IndexOutOfBoundsException("No chunk " + Arrays.toString(chunkIndex) + " in a grid of "
                    + Arrays.toString(chunkCounts) + " chunks");
        }
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
                first[d] = chunkOf(d, region.start(d));
                counts[d] = chunkOf(d, region.end(d) - 1) + 1 - first[d];
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
        typicalChunkShapes().forEach(Shapes::toInts);
        return indices(chunksTouching(region)).map(index -> overlap(index, region));
    }

    /**
     * What each chunk has of a selection, in C order of the chunks; chunks without a selected element are left out. Lazy.
     *
     * @throws IndexOutOfBoundsException if the selection leaves the array
     * @throws IllegalArgumentException if a length is beyond what a Java array can hold
     */
    public Stream<StridedOverlap> overlaps(Selection selection) {
        requireInside(selection.bounds());
        Shapes.toInts(selection.shape());
        typicalChunkShapes().forEach(Shapes::toInts);
        Stream<long[]> indices = Stream.of(new long[rank()]);
        for (int d = 0; d < rank(); d++) {
            int dimension = d;
            indices = indices.flatMap(
                    index -> chunksOf(selection, dimension).mapToObj(chunk -> with(index, dimension, chunk)));
        }
        return indices.map(index -> overlap(index, selection));
    }

    /** The chunks along a dimension that have a selected element: from one to the next that has the element behind it. */
    private LongStream chunksOf(Selection selection, int dimension) {
        long count = selection.length(dimension);
        if (count == 0) {
            return LongStream.empty();
        }
        long last = chunkOf(dimension, selection.element(dimension, count - 1));
        return LongStream.iterate(
                chunkOf(dimension, selection.start(dimension)),
                chunk -> chunk <= last,
                chunk -> chunk == last ? last + 1 : chunkOf(dimension, firstFrom(selection, dimension, chunk + 1)));
    }

    /** The first selected element at or behind the start of a chunk that is not behind the last one. */
    private long firstFrom(Selection selection, int dimension, long chunk) {
        return selection.element(dimension, selection.firstAtOrAfter(dimension, start(dimension, chunk)));
    }

    private StridedOverlap overlap(long[] chunkIndex, Selection selection) {
        int[] chunkOrigin = new int[rank()];
        int[] steps = new int[rank()];
        int[] selectionOrigin = new int[rank()];
        int[] lengths = new int[rank()];
        for (int d = 0; d < rank(); d++) {
            long chunkStart = start(d, chunkIndex[d]);
            long chunkEnd = chunkStart + Math.min(length(d, chunkIndex[d]), shape[d] - chunkStart);
            long first = selection.firstAtOrAfter(d, chunkStart);
            long end = Math.min(selection.length(d), selection.firstAtOrAfter(d, chunkEnd));
            chunkOrigin[d] = (int) (selection.element(d, first) - chunkStart);
            steps[d] = (int) Math.min(selection.step(d), Integer.MAX_VALUE);
            selectionOrigin[d] = (int) first;
            lengths[d] = (int) (end - first);
        }
        return new StridedOverlap(chunkIndex, chunkOrigin, steps, selectionOrigin, lengths);
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
        boolean cut = false;
        for (int d = 0; d < rank(); d++) {
            long chunkStart = start(d, chunkIndex[d]);
            long chunkEnd = chunkStart + Math.min(length(d, chunkIndex[d]), shape[d] - chunkStart);
            long start = Math.max(chunkStart, region.start(d));
            long end = Math.min(chunkEnd, region.end(d));
            chunkOrigin[d] = (int) (start - chunkStart);
            regionOrigin[d] = (int) (start - region.start(d));
            lengths[d] = (int) (end - start);
            covers &= start == chunkStart && end == chunkEnd;
            cut |= lengths[d] < length(d, chunkIndex[d]);
        }
        return new ChunkOverlap(chunkIndex, chunkOrigin, regionOrigin, lengths, extent(covers, cut));
    }

    private static ChunkOverlap.Extent extent(boolean covers, boolean cut) {
        if (!covers) {
            return ChunkOverlap.Extent.PART;
        }
        return cut ? ChunkOverlap.Extent.UP_TO_EDGE : ChunkOverlap.Extent.WHOLE;
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
                && Arrays.equals(chunkShape, that.chunkShape)
                && axes.equals(that.axes);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(shape) + Arrays.hashCode(chunkShape)) + axes.hashCode();
    }

    @Override
    public String toString() {
        return "shape " + Arrays.toString(shape) + " in chunks of "
                + (isRegular() ? Arrays.toString(chunkShape) : axes.toString());
    }
}
