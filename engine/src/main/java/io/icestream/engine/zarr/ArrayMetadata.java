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
        this.dataType = DataType.find(dataTypeEntry.name()).orElse(null);
        this.fillValue = fillValue(dataType, root.member("fill_value"));
        this.codecs = codecs(dataType, root.member("codecs"));
        this.dimensionNames = dimensionNames(root.member("dimension_names"), chunkGrid.rank());
        refuseStorageTransformers(root.member("storage_transformers"));
    }

    private static ChunkGrid chunkGrid(MetadataField root) {
        long[] shape = root.member("shape").asLengths();
        Extension grid = Extension.parse(root.member("chunk_grid"));
        if (!grid.name().equals("regular")) {
            throw grid.unsupported("chunk grid");
        }
        MetadataField chunkShape =
                grid.requireOnly(Set.of("chunk_shape")).configuration().member("chunk_shape");
        try {
            return new ChunkGrid(shape, chunkShape.asLengths());
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(chunkShape.path(), String.valueOf(e.getMessage()), e);
        }
    }

    private static @Nullable FillValue fillValue(@Nullable DataType dataType, MetadataField field) {
        if (!field.isPresent()) {
            throw field.expected("a fill value");
        }
        return dataType == null ? null : FillValue.parse(dataType, field);
    }

    private static CodecChain codecs(@Nullable DataType dataType, MetadataField field) {
        CodecChain codecs = CodecChain.parse(field);
        if (dataType != null) {
            codecs.objectionTo(dataType).ifPresent(objection -> {
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
     * Starts the metadata of a new array.
     *
     * @param shape number of elements in each dimension
     * @param chunkShape number of elements of a chunk in each dimension, at least 1
     */
    public static Builder builder(DataType dataType, long[] shape, long[] chunkShape) {
        return new Builder(dataType, shape, chunkShape);
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

    /** Number of elements of each chunk in each dimension; a copy. */
    public long[] chunkShape() {
        return chunkGrid.chunkShape();
    }

    /** Number of chunks in each dimension; a copy. */
    public long[] chunkCounts() {
        return chunkGrid.chunkCounts();
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
     * The same array in another shape; everything else stays.
     *
     * @throws IllegalArgumentException if the rank differs or a length is negative
     */
    public ArrayMetadata withShape(long... shape) {
        new ChunkGrid(shape, chunkShape());
        ObjectNode changed = document.deepCopy();
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
     * Encodes a chunk of this array.
     *
     * @param chunk of the array's data type and chunk shape, also at the edge
     * @return a read-only buffer of its own
     * @throws IllegalArgumentException if the data type or shape differs
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public ByteBuffer encodeChunk(NdArray chunk) {
        if (chunk.dataType() != dataType() || !Arrays.equals(chunk.shape(), chunkShapeInts())) {
            throw new IllegalArgumentException(
                    "Chunk " + chunk + " does not fit an array of " + dataTypeName() + ", " + chunkGrid);
        }
        return codecs.encode(chunk);
    }

    /**
     * Decodes a stored chunk of this array.
     *
     * @param stored the stored bytes, from position to limit; the position stays
     * @throws CorruptChunkException if the bytes do not decode to exactly one chunk
     * @throws UnsupportedExtensionException if data type or a codec is not here
     */
    public NdArray decodeChunk(ByteBuffer stored) {
        return codecs.decode(stored, dataType(), chunkShapeInts());
    }

    /**
     * A new chunk whose every element is the fill value: what a chunk that was never written reads as.
     *
     * @throws UnsupportedExtensionException if the data type is not here
     */
    public NdArray fillChunk() {
        return NdArray.filled(fillValue(), chunkShapeInts());
    }

    private int[] chunkShapeInts() {
        return Shapes.toInts(chunkGrid.chunkShape());
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
     * Metadata of a new array. Defaults: fill value zero (false, empty), the codecs of {@link CodecChain#defaultFor}, no dimension names, no attributes, keys as in {@code c/0/1}.
     */
    public static final class Builder {
        private final DataType dataType;
        private final ChunkGrid chunkGrid;
        private FillValue fillValue;
        private CodecChain codecs;
        private @Nullable List<Optional<String>> dimensionNames;
        private ObjectNode attributes = Json.object();

        private Builder(DataType dataType, long[] shape, long[] chunkShape) {
            this.dataType = dataType;
            this.chunkGrid = new ChunkGrid(shape, chunkShape);
            this.fillValue = FillValue.zero(dataType);
            this.codecs = CodecChain.defaultFor(dataType);
        }

        /** Sets the fill value, which must be of the array's data type. */
        public Builder fillValue(FillValue value) {
            if (value.dataType() != dataType) {
                throw new IllegalArgumentException(
                        "Fill value " + value + " does not fit data type " + dataType.zarrName());
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
         * @throws InvalidMetadataException if the codecs cannot encode the data type
         */
        public ArrayMetadata build() {
            ObjectNode document = Json.object().put("zarr_format", 3).put("node_type", "array");
            putLengths(document, "shape", chunkGrid.shape());
            document.put("data_type", dataType.zarrName());
            document.set(
                    "chunk_grid",
                    Json.extension(
                            "regular",
                            configuration -> putLengths(configuration, "chunk_shape", chunkGrid.chunkShape())));
            document.set("chunk_key_encoding", ChunkKeyEncoding.DEFAULT.toJson());
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
