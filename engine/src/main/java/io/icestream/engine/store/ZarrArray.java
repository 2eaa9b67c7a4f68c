package io.icestream.engine.store;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkOverlap;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import io.icestream.engine.zarr.Selection;
import io.icestream.engine.zarr.StoredBytes;
import io.icestream.engine.zarr.StridedOverlap;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * An array of a session, read and written by regions of elements. As thread-safe as its session.
 *
 * <p>Chunks that are absent read as the fill value. Chunks are fetched, decoded, encoded and stored several at a time.
 * What is written is visible through this session at once and to others after the commit. Whatever needs elements
 * throws {@link io.icestream.engine.zarr.UnsupportedExtensionException} if the array has a data type or codec that is
 * not supported.
 */
public final class ZarrArray {
    private final Session session;
    private final NodePath path;

    private ZarrArray(Session session, NodePath path) {
        this.session = session;
        this.path = path;
    }

    /**
     * Opens an array. Cost: no request.
     *
     * @param session where it is; writing needs a {@link WritableSession}
     * @param path its path
     * @return the array
     * @throws io.icestream.engine.ref.NotFoundException if there is no array at this path
     */
    public static ZarrArray open(Session session, NodePath path) {
        ZarrArray array = new ZarrArray(session, path);
        array.metadata();
        return array;
    }

    /**
     * Creates an array that is all fill value.
     *
     * @param session where to create it
     * @param path its path, free
     * @param metadata its metadata
     * @return the array
     * @throws io.icestream.engine.ref.AlreadyExistsException if there is a node at this path
     */
    public static ZarrArray create(WritableSession session, NodePath path, ArrayMetadata metadata) {
        session.createArray(path, metadata);
        return new ZarrArray(session, path);
    }

    /**
     * @return where the array is
     */
    public NodePath path() {
        return path;
    }

    /**
     * Finds the coordinate of a dimension by its name: the array of one dimension that lies beside this one, has the
     * dimension's name and is as long. Cost: no request.
     *
     * @param axis which dimension
     * @return the coordinate, or empty if there is none or the dimension has no name
     */
    public Optional<ZarrArray> coordinate(int axis) {
        ArrayMetadata metadata = metadata();
        long length = metadata.shape()[axis];
        return path.parent()
                .flatMap(group ->
                        metadata.dimensionNames().get(axis).flatMap(name -> coordinate(session, group, name, length)));
    }

    /**
     * Finds the coordinate of a dimension, as {@link #coordinate(int)} does.
     *
     * @param session where to look
     * @param group the group that the arrays are in
     * @param dimension name of the dimension
     * @param length its length
     * @return the coordinate, or empty if there is none
     */
    public static Optional<ZarrArray> coordinate(Session session, NodePath group, String dimension, long length) {
        if (dimension.isEmpty() || dimension.contains("/")) {
            return Optional.empty();
        }
        return session.findNode(group.resolve(dimension))
                .filter(node -> node.data() instanceof NodeData.Array)
                .map(node -> new ZarrArray(session, node.path()))
                .filter(array -> Arrays.equals(array.metadata().shape(), new long[] {length}));
    }

    /**
     * @return how the numbers of this array stand for times, or empty if they do not, by its attributes
     */
    public Optional<CfTime> cfTime() {
        return CfTime.of(metadata().attributes());
    }

    /**
     * @return the array's metadata as it is now in the session
     */
    public ArrayMetadata metadata() {
        return session.arrayMetadata(path);
    }

    /**
     * Reads everything.
     *
     * @return the elements in C order, of the array's shape
     */
    public NdArray readAll() {
        return read(Region.whole(metadata().shape()));
    }

    /**
     * Reads a region. Cost: the chunks that it touches, several at a time; memory for the region and the chunks being
     * decoded. Of a shard only the inner chunks that the region touches are decoded, and if that is at most half of it only
     * its index and those are read.
     *
     * @param region which elements, inside the array
     * @return the elements in C order, of the region's shape
     * @throws IndexOutOfBoundsException if the region is not inside the array
     */
    public NdArray read(Region region) {
        ArrayMetadata metadata = metadata();
        NdArray elements = NdArray.filled(metadata.fillValue(), ints(region.shape()));
        readPresent(metadata, region, elements, new int[region.rank()]);
        return elements;
    }

    /**
     * Reads a region into a block that the caller has, for example one that wraps a primitive array of his. Cost: as
     * {@link #read(Region)}, but for the memory of the region.
     *
     * @param region which elements, inside the array
     * @param target where to, of the array's data type and rank
     * @param at index in {@code target} of the region's first element
     * @throws IndexOutOfBoundsException if the region is not inside the array or does not fit into the target
     * @throws IllegalArgumentException if data type or rank differ
     */
    public void readInto(Region region, NdArray target, int... at) {
        ArrayMetadata metadata = metadata();
        // Checks all bounds, and is what absent chunks read as.
        target.fill(metadata.fillValue(), at, ints(region.shape()));
        readPresent(metadata, region, target, at);
    }

    private void readPresent(ArrayMetadata metadata, Region region, NdArray target, int... at) {
        Map<ChunkIndex, ChunkOverlap> whole = new LinkedHashMap<>();
        Map<ChunkIndex, ChunkOverlap> parts = new LinkedHashMap<>();
        metadata.chunkGrid()
                .overlaps(region)
                .forEach(overlap -> (isWorthParts(metadata, overlap) ? parts : whole)
                        .put(ChunkIndex.of(overlap.chunkIndex()), overlap));
        session.readChunks(
                path,
                whole.keySet(),
                (chunk, stored) -> stored.ifPresent(bytes -> {
                    ChunkOverlap overlap = overlapOf(whole, chunk);
                    copy(metadata, overlap, StoredBytes.of(bytes), target, plus(at, overlap.regionOrigin()));
                }));
        session.openChunks(
                path,
                parts.keySet(),
                (chunk, stored) -> stored.ifPresent(bytes -> {
                    ChunkOverlap overlap = overlapOf(parts, chunk);
                    copy(metadata, overlap, bytes, target, plus(at, overlap.regionOrigin()));
                }));
    }

    /** Whether so little of a shard is wanted that its index and some inner chunks are less than the whole of it. */
    private static boolean isWorthParts(ArrayMetadata metadata, ChunkOverlap overlap) {
        return metadata.isPartlyReadable()
                && 2 * volume(overlap.lengths())
                        <= volume(ints(metadata.chunkGrid().chunkShapeOf(overlap.chunkIndex())));
    }

    private static long volume(int... lengths) {
        return Arrays.stream(lengths).asLongStream().reduce(1, (a, b) -> a * b);
    }

    private static void copy(
            ArrayMetadata metadata, ChunkOverlap overlap, StoredBytes stored, NdArray target, int[] to) {
        long[] index = overlap.chunkIndex();
        if (overlap.isWholeChunk()) {
            metadata.decodeChunkInto(index, stored.read(0, Math.toIntExact(stored.sizeBytes())), target, to);
        } else if (metadata.isPartlyReadable() && !overlap.coversChunk()) {
            metadata.decodeRegion(index, stored, overlap.chunkOrigin(), overlap.lengths())
                    .copyRegion(new int[to.length], target, to, overlap.lengths());
        } else {
            metadata.decodeChunk(index, stored.read(0, Math.toIntExact(stored.sizeBytes())))
                    .copyRegion(overlap.chunkOrigin(), target, to, overlap.lengths());
        }
    }

    /**
     * Reads elements at equal distances. Cost: the chunks that have one, several at a time; memory for the elements
     * and the chunks being decoded.
     *
     * @param selection which elements, inside the array
     * @return the elements in C order, of the selection's shape
     * @throws IndexOutOfBoundsException if the selection is not inside the array
     */
    public NdArray read(Selection selection) {
        ArrayMetadata metadata = metadata();
        Map<ChunkIndex, StridedOverlap> overlaps = new LinkedHashMap<>();
        metadata.chunkGrid()
                .overlaps(selection)
                .forEach(overlap -> overlaps.put(ChunkIndex.of(overlap.chunkIndex()), overlap));
        NdArray elements = NdArray.filled(metadata.fillValue(), ints(selection.shape()));
        session.readChunks(
                path,
                overlaps.keySet(),
                (chunk, stored) -> stored.ifPresent(bytes -> {
                    StridedOverlap overlap = overlapOf(overlaps, chunk);
                    metadata.decodeChunk(overlap.chunkIndex(), bytes)
                            .copyStrided(
                                    overlap.chunkOrigin(),
                                    overlap.steps(),
                                    elements,
                                    overlap.selectionOrigin(),
                                    overlap.lengths());
                }));
        return elements;
    }

    /**
     * Reads a region into a buffer, element by element in C order, in the buffer's byte order. Cost: as
     * {@link #read(Region)}, and one copy.
     *
     * @param region which elements, inside the array
     * @param target receives the bytes from its position on, which moves behind them
     * @throws java.nio.BufferOverflowException if the buffer has not room enough; then nothing is written to it
     * @throws IllegalStateException if elements have no fixed size
     * @throws IndexOutOfBoundsException if the region is not inside the array
     */
    public void readInto(Region region, ByteBuffer target) {
        read(region).writeTo(target);
    }

    /**
     * Writes a block of elements. A chunk that is covered only in part is read first, a shard as a whole; one that is
     * covered wholly is not. Chunks that are then wholly fill value are not stored, and deleted if they were.
     *
     * @param origin index of the block's first element
     * @param block the elements, of the array's data type and rank
     * @throws IndexOutOfBoundsException if the block does not lie inside the array; resize it first
     * @throws IllegalArgumentException if data type or rank differ
     * @throws IllegalStateException if the session cannot be written
     */
    public void write(long[] origin, NdArray block) {
        write(origin, block, EmptyChunks.OMIT);
    }

    /**
     * Writes a block of elements, as {@link #write(long[], NdArray)} does.
     *
     * @param origin index of the block's first element
     * @param block the elements, of the array's data type and rank
     * @param emptyChunks what becomes of chunks that are wholly fill value
     * @throws IndexOutOfBoundsException if the block does not lie inside the array; resize it first
     * @throws IllegalArgumentException if data type or rank differ
     * @throws IllegalStateException if the session cannot be written
     */
    public void write(long[] origin, NdArray block, EmptyChunks emptyChunks) {
        WritableSession target = writable();
        ArrayMetadata metadata = metadata();
        if (!block.dataType().equals(metadata.dataType())) {
            throw new IllegalArgumentException(
                    "Invalid block " + block + " for array " + path + " of data type " + metadata.dataType());
        }
        Region region = new Region(origin, longs(block.shape()));
        new BlockWrite(target, path, metadata, block, emptyChunks).run(region);
    }

    /**
     * Writes a region from a buffer, element by element in C order, in the buffer's byte order. Otherwise as
     * {@link #write(long[], NdArray)}. Cost: one copy more.
     *
     * @param region which elements, inside the array
     * @param source the bytes from its position on, which moves behind them
     * @throws java.nio.BufferUnderflowException if the buffer has not so many bytes
     * @throws IllegalStateException if elements have no fixed size, or the session cannot be written
     * @throws IndexOutOfBoundsException if the region is not inside the array
     */
    public void write(Region region, ByteBuffer source) {
        write(region.origin(), NdArray.readFrom(source, metadata().dataType(), ints(region.shape())));
    }

    /**
     * Makes the array longer and writes a block at its new end. Cost: as {@link #write(long[], NdArray)}; what was
     * there is not touched, but for a chunk that the old end cut.
     *
     * @param block the elements; as long as the array in all other dimensions
     * @param axis the dimension to append along
     * @return index of the block's first element along that dimension: the array's former length
     * @throws IllegalArgumentException if data type, rank or another length differ
     * @throws IllegalStateException if the session cannot be written
     */
    public long append(NdArray block, int axis) {
        writable();
        long[] shape = metadata().shape();
        int[] added = block.shape();
        if (added.length != shape.length || axis < 0 || axis >= shape.length) {
            throw new IllegalArgumentException("Cannot append " + block + " to array " + path + " along dimension "
                    + axis + ": it has shape " + Arrays.toString(shape));
        }
        long[] origin = new long[shape.length];
        origin[axis] = shape[axis];
        shape[axis] += added[axis];
        for (int d = 0; d < shape.length; d++) {
            if (d != axis && shape[d] != added[d]) {
                throw new IllegalArgumentException("Cannot append " + block + " to array " + path + " along dimension "
                        + axis + ": dimension " + d + " has length " + shape[d]);
            }
        }
        if (!block.dataType().equals(metadata().dataType())) {
            throw new IllegalArgumentException("Cannot append " + block + " to array " + path + " of data type "
                    + metadata().dataType());
        }
        resize(shape);
        write(origin, block);
        return origin[axis];
    }

    private static <T> T overlapOf(Map<ChunkIndex, T> overlaps, ChunkIndex chunk) {
        T overlap = overlaps.get(chunk);
        if (overlap == null) {
            throw new IllegalStateException("Chunk [" + chunk + "] was not asked for");
        }
        return overlap;
    }

    private static int[] plus(int[] first, int[] second) {
        int[] sum = first.clone();
        for (int axis = 0; axis < sum.length; axis++) {
            sum[axis] += second[axis];
        }
        return sum;
    }

    /**
     * Changes the shape. What is added reads as the fill value, also where the array was larger before: when it
     * shrinks, chunks outside are deleted and cells outside within the chunks at the edge are overwritten with the fill
     * value. Cost: growing, none; shrinking, a listing of the chunks and the rewriting of those at the edge.
     *
     * @param shape number of elements in each dimension, of the same rank
     * @throws IllegalArgumentException if the rank differs or a length is negative
     * @throws IllegalStateException if the session cannot be written
     */
    public void resize(long... shape) {
        WritableSession target = writable();
        ArrayMetadata resized = metadata().withShape(shape);
        new Shrink(target, path, metadata(), resized).run();
        target.updateArray(path, resized);
    }

    private WritableSession writable() {
        if (session instanceof WritableSession writable) {
            return writable;
        }
        throw new IllegalStateException(
                "Cannot write to array " + path + ": " + session + " only reads; use a writable session");
    }

    private static int[] ints(long[] lengths) {
        return LongStream.of(lengths).mapToInt(Math::toIntExact).toArray();
    }

    private static long[] longs(int[] lengths) {
        long[] wide = new long[lengths.length];
        for (int axis = 0; axis < wide.length; axis++) {
            wide[axis] = lengths[axis];
        }
        return wide;
    }

    /** For messages. */
    @Override
    public String toString() {
        return "ZarrArray " + path + " of " + session;
    }
}
