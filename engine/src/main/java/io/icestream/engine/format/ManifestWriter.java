package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
    /** Beyond this, what was written is not kept for reading. */
    private static final int LARGEST_CONTENT_BYTES = 128 << 20;

    private final FlatWriter writer;
    private final TreeMap<NodeId, List<ChunkIndexRange>> extents = new TreeMap<>();
    private final List<NodeId> nodes = new ArrayList<>();
    private final List<Integer> arrays = new ArrayList<>();
    private final @Nullable LocationCompressor locations;
    private long total;
    private long virtual;

    private int[] places = new int[64];
    private int count;
    private int[] last = new int[0];
    private int[] low = new int[0];
    private int[] high = new int[0];

    /** Begins a manifest without references. */
    public ManifestWriter(ManifestId id) {
        this(id, 0);
    }

    /**
     * Begins a manifest without references.
     *
     * @param expectedSizeBytes about how large it will be, uncompressed: saves copies and memory
     */
    public ManifestWriter(ManifestId id, long expectedSizeBytes) {
        this(id, expectedSizeBytes, null);
    }

    /**
     * Begins a manifest that takes over references of others. Locations that are compressed there stay as they are.
     *
     * @param expectedSizeBytes about how large it will be, uncompressed
     * @param sources the others
     * @param dictionaries when locations are compressed, and with what
     * @return a writer without references
     */
    public static ManifestWriter onTopOf(
            List<Manifest> sources, ManifestId id, long expectedSizeBytes, LocationDictionaries dictionaries) {
        int level = dictionaries.settings().level();
        @Nullable
        LocationCompressor locations = dictionaries
                .in(sources)
                .map(dictionary -> new LocationCompressor(dictionary, level))
                .orElse(null);
        return new ManifestWriter(id, expectedSizeBytes, locations);
    }

    private ManifestWriter(ManifestId id, long expectedSizeBytes, @Nullable LocationCompressor locations) {
        this.id = id;
        this.locations = locations;
        this.writer =
                new FlatWriter((int) Math.max(INITIAL_SIZE_BYTES, Math.min(Integer.MAX_VALUE, expectedSizeBytes)));
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
        append(ReferenceCodec.write(writer, entries, reference, locations));
        if (reference.kind() == ChunkKind.VIRTUAL) {
            virtual++;
        }
    }

    /**
     * Adds the reference at which {@code cursor} stands, without making an object of it.
     *
     * @throws IllegalArgumentException as for the other {@code add}
     * @throws CorruptObjectException if the cursor's file is damaged there
     */
    public void add(ManifestCursor cursor) {
        accept(cursor.unsignedIndex());
        append(ReferenceCodec.copy(writer, cursor, locations));
        if (ReferenceCodec.isVirtual(cursor.table())) {
            virtual++;
        }
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
        FlatWriter finished = finishBuffer();
        if (locations != null) {
            locations.close();
        }
        ByteBuffer file = Envelope.wrap(FileType.MANIFEST, version, finished, compressionLevel);
        SortedMap<NodeId, List<ChunkIndexRange>> boxes = Collections.unmodifiableSortedMap(extents);
        return new EncodedManifest(new ManifestFile(id, file.remaining(), total), file, boxes, content(finished));
    }

    /** Saves decompressing what has just been compressed. */
    private Optional<Manifest> content(FlatWriter finished) {
        if (finished.place() > LARGEST_CONTENT_BYTES) {
            return Optional.empty();
        }
        byte[] buffer = finished.buffer();
        byte[] bytes = Arrays.copyOfRange(buffer, finished.start(), buffer.length);
        return Optional.of(Manifest.decode(new FlatReader(bytes, "manifest " + id)));
    }

    /**
     * Ends the manifest as {@link #finish(int)} does, with the locations of virtual chunks compressed if there are enough of
     * them, or if they are already. Cost: in the first case, the references are written a second time, and about as many bytes
     * again are needed.
     *
     * @param compressionLevel zstd level
     * @param dictionaries when and with what; for format version 2 only
     */
    public EncodedManifest finish(int compressionLevel, LocationDictionaries dictionaries) {
        LocationCompression compression = dictionaries.settings();
        if (locations != null || !compression.isWorthwhile(total, virtual)) {
            return finish(compressionLevel);
        }
        FlatWriter plain = finishBuffer();
        byte[] content = Arrays.copyOfRange(plain.buffer(), plain.start(), plain.buffer().length);
        Manifest manifest = Manifest.decode(new FlatReader(content, "manifest " + id));
        Optional<Bytes> dictionary = dictionaries.of(nodes.get(0), () -> samples(manifest, compression));
        @Nullable
        LocationCompressor compressor = dictionary
                .map(bytes -> new LocationCompressor(bytes, compression.level()))
                .orElse(null);
        return copyOf(manifest, compressor).finish(compressionLevel);
    }

    /** Locations at equal distances: this package knows no chance. */
    private List<String> samples(Manifest manifest, LocationCompression compression) {
        List<String> samples = new ArrayList<>();
        long seen = 0;
        for (NodeId node : manifest.nodes()) {
            for (ManifestCursor cursor = manifest.cursor(node); cursor.advance(); ) {
                if (ReferenceCodec.isVirtual(cursor.table())
                        && seen++ * compression.maxSamples() / virtual == samples.size()
                        && samples.size() < compression.maxSamples()) {
                    samples.add(((ChunkReference.Virtual) cursor.reference()).location());
                }
            }
        }
        return samples;
    }

    private ManifestWriter copyOf(Manifest manifest, @Nullable LocationCompressor compressor) {
        ManifestWriter copy = new ManifestWriter(id, 0, compressor);
        for (NodeId node : manifest.nodes()) {
            copy.beginArray(node);
            for (ManifestCursor cursor = manifest.cursor(node); cursor.advance(); ) {
                copy.add(cursor);
            }
        }
        return copy;
    }

    /** Ends the buffer inside of the file. */
    FlatWriter finishBuffer() {
        endArray();
        if (total == 0) {
            throw new IllegalStateException("Manifest " + id + " has no references");
        }
        int list = writer.offsets(arrays.stream().mapToInt(Integer::intValue).toArray());
        @Nullable Bytes used = locations == null || virtual == 0 ? null : locations.dictionary();
        int dictionary = used == null ? 0 : writer.bytes(used.array(), 0, used.size());
        writer.startTable();
        writer.offset(Manifest.LOCATION_DICTIONARY, dictionary);
        writer.offset(Manifest.ARRAYS, list);
        writer.id(Manifest.ID, id.high(), id.low());
        int algorithm = used == null ? 0 : Manifest.ZSTD_WITH_DICTIONARY;
        writer.u8(Manifest.COMPRESSION_ALGORITHM, algorithm, Manifest.ZSTD_WITH_DICTIONARY);
        writer.finish(writer.endTable());
        return writer;
    }
}
