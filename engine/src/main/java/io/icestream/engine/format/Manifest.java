package io.icestream.engine.format;

import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chunk references of one array or several, looked up in the bytes of the file; no object exists per reference.
 *
 * <p>Layout of the FlatBuffers buffer, field numbers in brackets:
 *
 * <ul>
 *   <li>{@code Manifest}: id [0] 12 bytes, arrays [1] sorted by node id, location_dictionary [2] bytes,
 *       compression_algorithm [3] u8, 1 by default, extra [4] bytes.
 *   <li>{@code ArrayManifest}: node_id [0] 8 bytes, refs [1] sorted by index, extra [2].
 *   <li>{@code ChunkRef}: index [0] u32 per dimension, inline [1] bytes, offset [2] u64, length [3] u64, chunk_id [4] 12
 *       bytes, location [5] string, checksum_etag [6] string, checksum_last_modified [7] u32 seconds, 0 for none,
 *       compressed_location [8] bytes, a zstd frame made with location_dictionary, extra [9].
 * </ul>
 *
 * <p>A reference that has chunk_id is native, else one with compressed_location or location is virtual, else it is inline.
 *
 * <p>Damage that touches only a reference shows when that reference is read: every method that does so may throw
 * {@link CorruptObjectException}. References out of order cannot be told from absent ones.
 *
 * <p>Immutable; may be shared between threads. Cost: the decompressed file stays in memory, see {@link #sizeBytes}.
 */
public final class Manifest {
    static final int ID = 0;
    static final int ARRAYS = 1;
    static final int LOCATION_DICTIONARY = 2;
    static final int COMPRESSION_ALGORITHM = 3;
    static final int NODE_ID = 0;
    static final int REFS = 1;
    static final int ZSTD_WITH_DICTIONARY = 1;

    private final FlatReader reader;
    private final ManifestId id;
    private final NodeId[] nodes;
    private final FlatVector[] references;
    private final @Nullable LocationDecompressor locations;

    private Manifest(
            FlatReader reader,
            ManifestId id,
            NodeId[] nodes,
            FlatVector[] references,
            @Nullable LocationDecompressor locations) {
        this.reader = reader;
        this.id = id;
        this.nodes = nodes;
        this.references = references;
        this.locations = locations;
    }

    static Manifest decode(FlatReader reader) {
        FlatTable root = reader.root();
        ManifestId id = reader.manifestId(root.struct(ID, ManifestId.SIZE_BYTES, "id"));
        FlatVector arrays = root.vector(ARRAYS, 4, "arrays");
        reader.charge(64L * arrays.length(), arrays.start());
        NodeId[] nodes = new NodeId[arrays.length()];
        FlatVector[] references = new FlatVector[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            FlatTable array = arrays.table(i).charged();
            nodes[i] = reader.nodeId(array.struct(NODE_ID, NodeId.SIZE_BYTES, "node_id"));
            references[i] = array.vector(REFS, 4, "refs");
            if (i > 0 && nodes[i - 1].compareTo(nodes[i]) >= 0) {
                throw reader.corrupt(
                        array.position(), "arrays sorted by node id", nodes[i - 1] + " before " + nodes[i]);
            }
        }
        return new Manifest(reader, id, nodes, references, locations(root));
    }

    private static @Nullable LocationDecompressor locations(FlatTable root) {
        if (root.u8(COMPRESSION_ALGORITHM, ZSTD_WITH_DICTIONARY) != ZSTD_WITH_DICTIONARY) {
            return null;
        }
        Bytes dictionary = root.bytes(LOCATION_DICTIONARY);
        try {
            return dictionary == null ? null : new LocationDecompressor(dictionary);
        } catch (ZstdException e) {
            throw root.reader().corrupt(root.position(), "a zstd dictionary", e.getMessage());
        }
    }

    /** Id of this manifest, as the file says. */
    public ManifestId id() {
        return id;
    }

    /** What compressed locations were compressed with. */
    Optional<Bytes> locationDictionary() {
        return Optional.ofNullable(locations).map(LocationDecompressor::dictionary);
    }

    /** Number of references, over all arrays. */
    public long chunkReferences() {
        return Arrays.stream(references).mapToLong(FlatVector::length).sum();
    }

    /** Number of references of one array; 0 if it is not here. */
    public int chunkReferences(NodeId node) {
        int array = Arrays.binarySearch(nodes, node);
        return array < 0 ? 0 : references[array].length();
    }

    /** Arrays that have references here, sorted. */
    public List<NodeId> nodes() {
        return List.of(nodes);
    }

    /** Bytes of memory that this value holds on to. */
    public long sizeBytes() {
        return reader.size();
    }

    /**
     * The reference of a chunk, or empty if there is none here. Cost: two binary searches, no allocation but the result.
     *
     * @throws CorruptObjectException if the file is damaged where the search came by
     */
    public Optional<ChunkReference> find(NodeId node, ChunkIndex index) {
        int array = Arrays.binarySearch(nodes, node);
        if (array < 0) {
            return Optional.empty();
        }
        FlatVector refs = references[array];
        int low = 0;
        int high = refs.length() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            FlatTable ref = refs.table(middle);
            int order = ReferenceCodec.compareIndex(ref, index.unsigned());
            if (order == 0) {
                return Optional.of(ReferenceCodec.reference(ref, locations));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /**
     * Gives all references of an array to {@code consumer}, in order.
     *
     * @throws CorruptObjectException if the file is damaged
     */
    public void forEach(NodeId node, BiConsumer<ChunkIndex, ChunkReference> consumer) {
        ManifestCursor cursor = cursor(node);
        while (cursor.advance()) {
            consumer.accept(cursor.index(), cursor.reference());
        }
    }

    /** A walk over the references of an array, in order; it has none if the array is not here. */
    public ManifestCursor cursor(NodeId node) {
        int array = Arrays.binarySearch(nodes, node);
        FlatVector none = new FlatVector(reader, 0, 0, 4);
        return new ManifestCursor(array < 0 ? none : references[array], locations);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest that
                && id.equals(that.id)
                && nodes().equals(that.nodes())
                && IntStream.range(0, nodes.length).allMatch(i -> sameReferences(nodes[i], that));
    }

    private boolean sameReferences(NodeId node, Manifest that) {
        ManifestCursor mine = cursor(node);
        ManifestCursor theirs = that.cursor(node);
        while (mine.advance()) {
            if (!theirs.advance()
                    || !mine.index().equals(theirs.index())
                    || !mine.reference().equals(theirs.reference())) {
                return false;
            }
        }
        return !theirs.advance();
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Manifest " + id + ", " + chunkReferences() + " references";
    }
}
