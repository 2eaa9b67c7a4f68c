package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a manifest from references in their order, as a merge of an older manifest with changes gives them: per array
 * {@link #beginArray}, then {@link #add} for each reference. Belongs to one thread; cost: about 50 bytes of memory per
 * reference until {@link #finish}.
 */
public final class ManifestWriter {
    private static final int INITIAL_SIZE_BYTES = 4096;
    /** 2^32 - 1. */
    private static final int BEYOND_RANGES = -1;

    private final ManifestId id;
    private final FlatWriter writer = new FlatWriter(INITIAL_SIZE_BYTES);
    private final TreeMap<NodeId, List<ChunkIndexRange>> extents = new TreeMap<>();
    private final List<NodeId> nodes = new ArrayList<>();
    private final List<Integer> arrays = new ArrayList<>();
    private long total;

    private int[] places = new int[64];
    private int count;
    private int[] last = new int[0];
    private int[] low = new int[0];
    private int[] high = new int[0];

    /** Begins a manifest without references. */
    public ManifestWriter(ManifestId id) {
        this.id = id;
    }

    /**
     * Begins the references of an array.
     *
     * @throws IllegalArgumentException if {@code node} does not come after all arrays before it
     */
    public void beginArray(NodeId node) {
        endArray();
        if (!nodes.isEmpty() && nodes.get(nodes.size() - 1).compareTo(node) >= 0) {
            throw new IllegalArgumentException("Cannot add array " + node + " after " + nodes.get(nodes.size() - 1)
                    + ": arrays must come in the order of their ids");
        }
        nodes.add(node);
    }

    /**
     * Adds a reference to the current array.
     *
     * @throws IllegalArgumentException if {@code index} does not come after all indices before it, has another rank or an
     *     entry of 2^32 - 1, or a location is not valid Unicode
     */
    public void add(ChunkIndex index, ChunkReference reference) {
        int[] entries = index.unsigned();
        accept(entries);
        append(ReferenceCodec.write(writer, entries, reference));
    }

    /**
     * Adds the reference at which {@code cursor} stands, without making an object of it.
     *
     * @throws IllegalArgumentException as for the other {@code add}
     * @throws CorruptObjectException if the cursor's file is damaged there
     */
    public void add(ManifestCursor cursor) {
        accept(cursor.unsignedIndex());
        append(ReferenceCodec.copy(writer, cursor));
    }

    /** Number of references added so far, over all arrays. */
    public long chunkReferences() {
        return total;
    }

    private void accept(int[] index) {
        if (nodes.isEmpty()) {
            throw new IllegalStateException("No array has begun");
        }
        if (count == 0) {
            low = index.clone();
            high = index.clone();
        } else if (index.length != last.length || Arrays.compareUnsigned(last, index) >= 0) {
            throw new IllegalArgumentException("Cannot add chunk [" + ChunkIndex.ofUnsigned(index) + "] after ["
                    + ChunkIndex.ofUnsigned(last) + "]: indices must have one rank and come in order");
        }
        extendBox(index);
        last = index;
    }

    private void extendBox(int[] index) {
        for (int i = 0; i < index.length; i++) {
            if (index[i] == BEYOND_RANGES) {
                throw new IllegalArgumentException("Cannot add chunk [" + ChunkIndex.ofUnsigned(index)
                        + "]: no range of chunks reaches so far, because its end must fit 32 bits");
            }
            if (Integer.compareUnsigned(index[i], low[i]) < 0) {
                low[i] = index[i];
            }
            if (Integer.compareUnsigned(index[i], high[i]) > 0) {
                high[i] = index[i];
            }
        }
    }

    private void append(int place) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = place;
        total++;
    }

    private void endArray() {
        if (nodes.isEmpty()) {
            return;
        }
        NodeId node = nodes.get(nodes.size() - 1);
        if (count == 0) {
            nodes.remove(nodes.size() - 1);
            return;
        }
        int references = writer.offsets(places, count);
        writer.startTable();
        writer.offset(Manifest.REFS, references);
        writer.id(Manifest.NODE_ID, node);
        arrays.add(writer.endTable());
        extents.put(node, boundingBox());
        count = 0;
    }

    private List<ChunkIndexRange> boundingBox() {
        List<ChunkIndexRange> box = new ArrayList<>(low.length);
        for (int i = 0; i < low.length; i++) {
            box.add(new ChunkIndexRange(Integer.toUnsignedLong(low[i]), Integer.toUnsignedLong(high[i]) + 1));
        }
        return List.copyOf(box);
    }

    /**
     * Ends the manifest as a file of the newest version; nothing may be added afterwards.
     *
     * @param compressionLevel zstd level
     * @throws IllegalStateException as for the other {@code finish}
     */
    public EncodedManifest finish(int compressionLevel) {
        return finish(SpecVersion.V2, compressionLevel);
    }

    /**
     * Ends the manifest; nothing may be added afterwards.
     *
     * @param version version of the file
     * @param compressionLevel zstd level
     * @throws IllegalStateException if there are no references: an array without stored chunks has no manifest
     * @throws IllegalArgumentException if the file would exceed 2 GiB
     */
    public EncodedManifest finish(SpecVersion version, int compressionLevel) {
        ByteBuffer file = Envelope.wrap(FileType.MANIFEST, version, finishBuffer(), compressionLevel);
        SortedMap<NodeId, List<ChunkIndexRange>> boxes = Collections.unmodifiableSortedMap(extents);
        return new EncodedManifest(new ManifestFile(id, file.remaining(), total), file, boxes);
    }

    /** Ends the buffer inside of the file. */
    FlatWriter finishBuffer() {
        endArray();
        if (total == 0) {
            throw new IllegalStateException("Manifest " + id + " has no references");
        }
        int list = writer.offsets(arrays.stream().mapToInt(Integer::intValue).toArray());
        writer.startTable();
        writer.offset(Manifest.ARRAYS, list);
        writer.id(Manifest.ID, id.high(), id.low());
        writer.u8(Manifest.COMPRESSION_ALGORITHM, 0, Manifest.ZSTD_WITH_DICTIONARY);
        writer.finish(writer.endTable());
        return writer;
    }
}
