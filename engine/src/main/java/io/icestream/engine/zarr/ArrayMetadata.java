package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of an array: its {@code zarr.json}. Immutable and thread-safe.
 *
 * <p>An array whose data type or codecs are not here can still be read as metadata, listed and written back; {@link #dataType}, {@link #fillValue} and the coding of chunks refuse by name.
 *
 * <p>Source: Zarr core specification, array metadata.
 */
public final class ArrayMetadata {
    private static final Set<String> KNOWN_KEYS = Set.of(
            "zarr_format",
            "node_type",
            "shape",
            "data_type",
            "chunk_grid",
            "chunk_key_encoding",
            "fill_value",
            "codecs",
            "attributes",
            "storage_transformers",
            "dimension_names");

    private final ObjectNode document;
    private final ChunkGrid chunkGrid;
    private final ChunkKeyEncoding chunkKeyEncoding;
    private final Extension dataTypeEntry;
    private final @Nullable DataType dataType;
    private final @Nullable FillValue fillValue;
    private final CodecChain codecs;
    private final List<Optional<String>> dimensionNames;

    private ArrayMetadata(ObjectNode document) {
        MetadataField root = NodeDocument.check(document, "array", KNOWN_KEYS);
        this.document = document;
        this.chunkGrid = chunkGrid(root);
        this.chunkKeyEncoding = ChunkKeyEncoding.parse(root.member("chunk_key_encoding"));
        this.dataTypeEntry = Extension.parse(root.member("data_type"));
        this.dataType = DataType.parse(dataTypeEntry).orElse(null);
        this.fillValue = fillValue(dataType, root.member("fill_value"));
        this.codecs = codecs(dataType, chunkGrid, root.member("codecs"));
        this.dimensionNames = dimensionNames(root.member("dimension_names"), chunkGrid.rank());
        refuseStorageTransformers(root.member("storage_transformers"));
    }

    private static ChunkGrid chunkGrid(MetadataField root) {
        long[] shape = root.member("shape").asLengths();
        return ChunkGrid.parse(shape, Extension.parse(root.member("chunk_grid")));
    }

    private static @Nullable FillValue fillValue(@Nullable DataType dataType, MetadataField field) {
        if (!field.isPresent()) {
            throw field.expected("a fill value");
        }
        return dataType == null ? null : FillValue.parse(dataType, field);
    }

    private static CodecChain codecs(@Nullable DataType dataType, ChunkGrid grid, MetadataField field) {
        CodecChain codecs = CodecChain.parse(field);
        if (dataType != null) {
            grid.typicalChunkShapes()
                    .flatMap(shape -> codecs.objectionTo(dataType, shape).stream())
                    .findFirst()
                    .ifPresent(objection -> {
                        throw field.invalid(objection);
                    });
        }
        return codecs;
    }

    private static List<Optional<String>> dimensionNames(MetadataField field, int rank) {
        if (!field.isPresent()) {
            return Collections.nCopies(rank, Optional.empty());
        }
        List<Optional<String>> names = new ArrayList<>();
        for (MetadataField element : field.elements()) {
            names.add(element.node().isNull() ? Optional.empty() : Optional.of(element.asText()));
        }
        if (names.size() != rank) {
            throw field.invalid("expected one entry for each of " + rank + " dimensions, found " + names.size());
        }
        return List.copyOf(names);
    }

    private static void refuseStorageTransformers(MetadataField field) {
        if (field.isPresent()) {
            for (MetadataField element : field.elements()) {
                throw Extension.parse(element).unsupported("storage transformer");
            }
        }
    }

    /**
     * Reads a {@code zarr.json}. Keys that are not in the specification are kept if they say {@code "must_understand": false}.
     *
     * @throws InvalidMetadataException if it is no array metadata; the message names the place
     * @throws UnsupportedExtensionException if it has another key, storage transformers, or a chunk grid or chunk key encoding that is not here
     */
    public static ArrayMetadata parse(byte[] json) {
        return new ArrayMetadata(Json.parse(json));
    }

    /**
     * Tells whether a {@code zarr.json} says that it is one of an array; if not, it may be one of a group.
     *
     * @throws InvalidMetadataException if it is no JSON document
     */
    public static boolean isArray(byte[] json) {
        return Json.parse(json).path("node_type").asText().equals("array");
    }

    /**
     * Starts the metadata of a new array.
     *
     * @param shape number of elements in each dimension
     * @param chunkShape number of elements of a chunk in each dimension, at least 1
     */
    public static Builder builder(DataType dataType, long[] shape, long[] chunkShape) {
        return new Builder(dataType, new ChunkGrid(shape, chunkShape));
    }

    /** Starts the metadata of a new array with any chunk grid. */
    public static Builder builder(DataType dataType, ChunkGrid chunkGrid) {
        return new Builder(dataType, chunkGrid);
    }

    /** The document, with everything that was parsed. */
    public byte[] toJson() {
        return Json.write(document);
    }

    /** Number of dimensions. */
    public int rank() {
        return chunkGrid.rank();
    }

    /** Number of elements in each dimension; a copy. */
    public long[] shape() {
        return chunkGrid.shape();
    }

    /**
     * Number of elements of each chunk in each dimension; a copy.
     *
     * @throws IllegalStateException if chunks differ; see {@link ChunkGrid#chunkShapeOf}
     */
    public long[] chunkShape() {
        return chunkGrid.chunkShape();
    }

    /** Number of chunks in each dimension; a rectilinear grid may list more than the array has. A copy. */
    public long[] chunkCounts() {
        return chunkGrid.listedChunkCounts();
    }

    /** The chunk grid. */
    public ChunkGrid chunkGrid() {
        return chunkGrid;
    }

    /** How chunk keys are made in a plain Zarr store. */
    public ChunkKeyEncoding chunkKeyEncoding() {
        return chunkKeyEncoding;
    }

    /** The key of a chunk in a plain Zarr store, such as {@code c/1/23}. */
    public String chunkKey(long... chunkIndex) {
        return chunkKeyEncoding.chunkKey(chunkIndex);
    }

    /** Name of the data type, also of one that is not here. */
    public String dataTypeName() {
        return dataTypeEntry.name();
    }

    /**
     * The data type.
     *
     * @throws UnsupportedExtensionException if it is not here
     */
    public DataType dataType() {
        if (dataType == null) {
            throw dataTypeEntry.unsupported("data type");
        }
        return dataType;
    }

    /**
     * The value of elements that were never written.
     *
     * @throws UnsupportedExtensionException if the data type is not here
     */
    public FillValue fillValue() {
        if (fillValue == null) {
            throw dataTypeEntry.unsupported("data type");
        }
        return fillValue;
    }

    /** The codecs; they may include some that are not here. */
    public CodecChain codecs() {
        return codecs;
    }

    /** Name of each dimension, empty where it has none. */
    public List<Optional<String>> dimensionNames() {
        return dimensionNames;
    }

    /** Whether the document has dimension names at all, be they all null. */
    public boolean hasDimensionNames() {
        return document.has("dimension_names");
    }

    /** The attributes; a copy. */
    public ObjectNode attributes() {
        return NodeDocument.attributes(document);
    }

    /**
     * The same array in another shape; everything else stays, but a rectilinear grid whose listed chunks do not reach to the end gets one more, as in zarr-python.
     *
     * @throws IllegalArgumentException if the rank differs or a length is negative
     */
    public ArrayMetadata withShape(long... shape) {
        ChunkGrid grid = chunkGrid.withShape(shape);
        ObjectNode changed = document.deepCopy();
        if (!grid.chunkLengths().equals(chunkGrid.chunkLengths())) {
            changed.set("chunk_grid", grid.toJson());
        }
        putLengths(changed, "shape", shape);
        return new ArrayMetadata(Json.parse(Json.write(changed)));
    }

    /**
     * The same array with other attributes, copied.
     *
     * @throws IllegalArgumentException if a number in them is not finite
     */
    public ArrayMetadata withAttributes(ObjectNode attributes) {
        ObjectNode changed = document.deepCopy();
        changed.set("attributes", NodeDocument.normal(attributes));
        return new ArrayMetadata(changed);
    }

    /**
     * Encodes a chunk of an array with a regular grid.
     *
     * @param chunk of the array's data type and chunk shape, also at the edge
     * @return a read-only buffer of its own
     * @throws IllegalArgumentException if the data type or shape differs
     * @throws IllegalStateException if the grid is rectilinear; say which chunk it is
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public ByteBuffer encodeChunk(NdArray chunk) {
        return encode(chunk, chunkGrid.chunkShape());
    }

    /**
     * Encodes a chunk of this array.
     *
     * @param chunkIndex which chunk it is
     * @param chunk of the array's data type and of this chunk's shape, also at the edge
     * @return a read-only buffer of its own
     * @throws IllegalArgumentException if the data type or shape differs
     * @throws IndexOutOfBoundsException if a rectilinear grid has no such chunk
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public ByteBuffer encodeChunk(long[] chunkIndex, NdArray chunk) {
        return encode(chunk, chunkGrid.chunkShapeOf(chunkIndex));
    }

    /**
     * Encodes a chunk of this array from a box of a larger block, into memory that is used again once the chunk has been stored. Cost: if there are no codecs but
     * {@code bytes}, one copy of the elements; up to 16 MiB no garbage.
     *
     * @param chunkIndex which chunk it is
     * @param block elements of the array's data type and rank
     * @param from index in the block of the chunk's first element; all of the chunk lies in the block, also at the array's edge
     * @return what is to be stored; the caller closes it
     * @throws IllegalArgumentException if the data type or rank differs
     * @throws IndexOutOfBoundsException if a rectilinear grid has no such chunk, or the chunk leaves the block
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public EncodedChunk encodeChunkFrom(long[] chunkIndex, NdArray block, int... from) {
        if (!block.dataType().equals(dataType())) {
            throw new IllegalArgumentException("Block " + block + " does not fit an array of " + dataTypeName());
        }
        return codecs.encodeForStoring(NdBox.of(block, from, chunkShapeOf(chunkIndex)), fillValue());
    }

    private ByteBuffer encode(NdArray chunk, long... chunkShape) {
        if (!chunk.dataType().equals(dataType()) || !Arrays.equals(chunk.shape(), Shapes.toInts(chunkShape))) {
            throw new IllegalArgumentException(
                    "Chunk " + chunk + " does not fit an array of " + dataTypeName() + ", " + chunkGrid);
        }
        return codecs.encode(chunk, fillValue());
    }

    /**
     * Decodes a stored chunk of an array with a regular grid.
     *
     * @param stored the stored bytes, from position to limit; the position stays
     * @throws CorruptChunkException if the bytes do not decode to exactly one chunk
     * @throws IllegalStateException if the grid is rectilinear; say which chunk it is
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public NdArray decodeChunk(ByteBuffer stored) {
        return codecs.decode(stored, fillValue(), Shapes.toInts(chunkGrid.chunkShape()));
    }

    /**
     * Decodes a stored chunk of this array.
     *
     * @param chunkIndex which chunk it is
     * @param stored the stored bytes, from position to limit; the position stays
     * @throws CorruptChunkException if the bytes do not decode to exactly this chunk
     * @throws IndexOutOfBoundsException if a rectilinear grid has no such chunk
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public NdArray decodeChunk(long[] chunkIndex, ByteBuffer stored) {
        return codecs.decode(stored, fillValue(), chunkShapeOf(chunkIndex));
    }

    /**
     * Decodes a stored chunk of this array into a block. Cost: if there are no codecs but {@code bytes}, one copy of the elements.
     *
     * @param chunkIndex which chunk it is
     * @param stored the stored bytes, from position to limit; the position stays
     * @param target a block of the array's data type and rank; after an exception the chunk's place in it is undefined
     * @param to index in the block of the chunk's first element; all of the chunk fits
     * @throws CorruptChunkException if the bytes do not decode to exactly this chunk
     * @throws IllegalArgumentException if the data type or rank differs
     * @throws IndexOutOfBoundsException if a rectilinear grid has no such chunk, or the chunk leaves the block
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public void decodeChunkInto(long[] chunkIndex, ByteBuffer stored, NdArray target, int... to) {
        if (!target.dataType().equals(dataType())) {
            throw new IllegalArgumentException("Block " + target + " does not fit an array of " + dataTypeName());
        }
        codecs.decodeInto(stored, fillValue(), NdBox.of(target, to, chunkShapeOf(chunkIndex)));
    }

    /** Whether a part of a chunk can be decoded without its other bytes: whether codec {@code sharding_indexed} stands alone. */
    public boolean isPartlyReadable() {
        return codecs.sharding().isPresent();
    }

    /**
     * Decodes a box of a stored chunk. Where {@link #isPartlyReadable}, only the index and the inner chunks that the box touches are read and decoded, neighbours in one
     * read; otherwise the whole chunk.
     *
     * @param chunkIndex which chunk it is
     * @param stored its stored bytes
     * @param from first index of the box, counted from the chunk's first element
     * @param lengths number of elements in each dimension
     * @return a new array of the box's shape
     * @throws CorruptChunkException if the bytes that were read are not those of such a chunk
     * @throws IndexOutOfBoundsException if the box leaves the chunk
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public NdArray decodeRegion(long[] chunkIndex, StoredBytes stored, int[] from, int... lengths) {
        int[] shape = chunkShapeOf(chunkIndex);
        Optional<ShardingCodec> sharding = codecs.sharding();
        if (sharding.isPresent()) {
            return sharding.get().decodeRegion(stored, fillValue(), shape, from, lengths);
        }
        ByteBuffer whole = stored.read(0, Math.toIntExact(stored.sizeBytes()));
        return decodeChunk(chunkIndex, whole).copyOfRegion(from, lengths);
    }

    /**
     * A new chunk of a regular grid whose every element is the fill value: what a chunk that was never written reads as.
     *
     * @throws IllegalStateException if the grid is rectilinear; say which chunk it is
     * @throws UnsupportedExtensionException if the data type is not here
     */
    public NdArray fillChunk() {
        return NdArray.filled(fillValue(), Shapes.toInts(chunkGrid.chunkShape()));
    }

    /**
     * A new chunk whose every element is the fill value.
     *
     * @param chunkIndex which chunk it is
     * @throws IndexOutOfBoundsException if a rectilinear grid has no such chunk
     * @throws UnsupportedExtensionException if the data type is not here
     */
    public NdArray fillChunk(long[] chunkIndex) {
        return NdArray.filled(fillValue(), chunkShapeOf(chunkIndex));
    }

    private int[] chunkShapeOf(long... chunkIndex) {
        return Shapes.toInts(chunkGrid.chunkShapeOf(chunkIndex));
    }

    private static void putLengths(ObjectNode document, String key, long... lengths) {
        ArrayNode array = document.putArray(key);
        for (long length : lengths) {
            array.add(length);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ArrayMetadata that && document.equals(that.document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return document.toString();
    }

    /**
     * Metadata of a new array. Defaults: fill value zero (false, empty, NaT), the codecs of {@link CodecChain#defaultFor}, no dimension names, no attributes, keys as in
     * {@code c/0/1}.
     */
    public static final class Builder {
        private final DataType dataType;
        private final ChunkGrid chunkGrid;
        private FillValue fillValue;
        private CodecChain codecs;
        private @Nullable List<Optional<String>> dimensionNames;
        private ObjectNode attributes = Json.object();
        private ChunkKeyEncoding chunkKeyEncoding = ChunkKeyEncoding.DEFAULT;

        private Builder(DataType dataType, ChunkGrid chunkGrid) {
            this.dataType = dataType;
            this.chunkGrid = chunkGrid;
            this.fillValue = FillValue.usual(dataType);
            this.codecs = CodecChain.defaultFor(dataType);
        }

        /** Sets the fill value, which must be of the array's data type. */
        public Builder fillValue(FillValue value) {
            if (!value.dataType().equals(dataType)) {
                throw new IllegalArgumentException("Fill value " + value + " does not fit data type " + dataType);
            }
            this.fillValue = value;
            return this;
        }

        /** Sets the fill value of an array of numbers. */
        public Builder fillValue(double value) {
            return fillValue(FillValue.of(dataType, value));
        }

        /** Sets the fill value of an array of numbers. */
        public Builder fillValue(long value) {
            return fillValue(FillValue.of(dataType, value));
        }

        /** Sets the codecs. */
        public Builder codecs(CodecChain chain) {
            this.codecs = chain;
            return this;
        }

        /**
         * Sets how chunk keys are made in a plain Zarr store. The reference implementation of Icechunk (2.3) reads no array that has another one than
         * {@link ChunkKeyEncoding#DEFAULT}.
         */
        public Builder chunkKeyEncoding(ChunkKeyEncoding value) {
            this.chunkKeyEncoding = value;
            return this;
        }

        /** Names all dimensions. */
        public Builder dimensionNames(String... names) {
            return dimensionNames(Arrays.stream(names).map(Optional::of).toList());
        }

        /** Names some dimensions: one entry for each, empty where there is no name. */
        public Builder dimensionNames(List<Optional<String>> names) {
            if (names.size() != chunkGrid.rank()) {
                throw new IllegalArgumentException("Dimension names " + names + " do not fit " + chunkGrid);
            }
            this.dimensionNames = List.copyOf(names);
            return this;
        }

        /** Sets the attributes, copied. */
        public Builder attributes(ObjectNode value) {
            this.attributes = NodeDocument.normal(value);
            return this;
        }

        /**
         * The metadata.
         *
         * @throws InvalidMetadataException if the codecs cannot encode the data type or the chunk shapes
         */
        public ArrayMetadata build() {
            ObjectNode document = Json.object().put("zarr_format", 3).put("node_type", "array");
            putLengths(document, "shape", chunkGrid.shape());
            document.set("data_type", dataType.toJson());
            document.set("chunk_grid", chunkGrid.toJson());
            document.set("chunk_key_encoding", chunkKeyEncoding.toJson());
            document.set("fill_value", fillValue.toJson());
            document.set("codecs", codecs.toJson());
            if (dimensionNames != null) {
                ArrayNode names = document.putArray("dimension_names");
                dimensionNames.forEach(name -> names.add(name.orElse(null)));
            }
            document.set("attributes", attributes);
            return new ArrayMetadata(Json.parse(Json.write(document)));
        }
    }
}
