package io.icestream.engine.store;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkOverlap;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.util.LinkedHashMap;
import java.util.Map;
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
     * decoded.
     *
     * @param region which elements, inside the array
     * @return the elements in C order, of the region's shape
     * @throws IndexOutOfBoundsException if the region is not inside the array
     */
    public NdArray read(Region region) {
        ArrayMetadata metadata = metadata();
        Map<ChunkIndex, ChunkOverlap> overlaps = overlaps(metadata, region);
        NdArray elements = NdArray.filled(metadata.fillValue(), ints(region.shape()));
        session.readChunks(
                path,
                overlaps.keySet(),
                (chunk, stored) -> stored.ifPresent(bytes -> {
                    ChunkOverlap overlap = overlapOf(overlaps, chunk);
                    metadata.decodeChunk(bytes)
                            .copyRegion(overlap.chunkOrigin(), elements, overlap.regionOrigin(), overlap.lengths());
                }));
        return elements;
    }

    /**
     * Writes a block of elements. A chunk that is covered only in part is read first; one that is covered wholly is
     * not. Chunks are stored even if they are all fill value.
     *
     * @param origin index of the block's first element
     * @param block the elements, of the array's data type and rank
     * @throws IndexOutOfBoundsException if the block does not lie inside the array; resize it first
     * @throws IllegalArgumentException if data type or rank differ
     * @throws IllegalStateException if the session cannot be written
     */
    public void write(long[] origin, NdArray block) {
        WritableSession target = writable();
        ArrayMetadata metadata = metadata();
        Region region = new Region(origin, longs(block.shape()));
        if (!block.dataType().equals(metadata.dataType())) {
            throw new IllegalArgumentException(
                    "Invalid block " + block + " for array " + path + " of data type " + metadata.dataType());
        }
        Map<ChunkIndex, ChunkOverlap> overlaps = overlaps(metadata, region);
        target.setChunks(path, overlaps.keySet(), chunk -> {
            ChunkOverlap overlap = overlapOf(overlaps, chunk);
            NdArray elements = overlap.coversChunk() ? metadata.fillChunk() : chunk(metadata, chunk);
            block.copyRegion(overlap.regionOrigin(), elements, overlap.chunkOrigin(), overlap.lengths());
            return metadata.encodeChunk(elements);
        });
    }

    private NdArray chunk(ArrayMetadata metadata, ChunkIndex chunk) {
        return session.readChunk(path, chunk).map(metadata::decodeChunk).orElseGet(metadata::fillChunk);
    }

    private static Map<ChunkIndex, ChunkOverlap> overlaps(ArrayMetadata metadata, Region region) {
        Map<ChunkIndex, ChunkOverlap> overlaps = new LinkedHashMap<>();
        metadata.chunkGrid()
                .overlaps(region)
                .forEach(overlap -> overlaps.put(ChunkIndex.of(overlap.chunkIndex()), overlap));
        return overlaps;
    }

    private static ChunkOverlap overlapOf(Map<ChunkIndex, ChunkOverlap> overlaps, ChunkIndex chunk) {
        ChunkOverlap overlap = overlaps.get(chunk);
        if (overlap == null) {
            throw new IllegalStateException("Chunk [" + chunk + "] was not asked for");
        }
        return overlap;
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
