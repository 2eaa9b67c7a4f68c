package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The codecs between the elements of a chunk and its stored bytes: any number from array to array, one from array to bytes, then any number from bytes to bytes. Immutable
 * and thread-safe.
 *
 * <p>A chain read from metadata may hold codecs that are not here. It can be shown and written back, but neither encode nor decode.
 *
 * <p>Source: Zarr core specification, chunk encoding.
 */
public final class CodecChain {
    /** Shards in shards beyond this are damage, not data. */
    private static final int DEEPEST = 8;

    private final List<Codec> codecs;
    private final @Nullable UnsupportedExtensionException refusal;
    private final List<ArrayToArrayCodec> arrays;
    private final @Nullable ArrayToBytesCodec serializer;
    private final List<BytesToBytesCodec> bytes;

    private CodecChain(List<Codec> codecs, @Nullable UnsupportedExtensionException refusal) {
        this.codecs = codecs;
        this.refusal = refusal;
        List<Codec> steps = applied(codecs);
        this.arrays = only(ArrayToArrayCodec.class, steps);
        this.serializer =
                only(ArrayToBytesCodec.class, steps).stream().findFirst().orElse(null);
        this.bytes = only(BytesToBytesCodec.class, steps);
    }

    private static <T> List<T> only(Class<T> kind, List<Codec> steps) {
        return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * A chain of these codecs, in the order in which they encode.
     *
     * @throws IllegalArgumentException unless they go from array to array, one from array to bytes, and the others from bytes to bytes
     */
    public static CodecChain of(Codec... codecs) {
        List<Codec> list = List.of(codecs);
        problemOf(list).ifPresent(problem -> {
            throw new IllegalArgumentException("Invalid codecs " + names(list) + ": " + problem);
        });
        return new CodecChain(list, innerRefusal(list));
    }

    private static @Nullable UnsupportedExtensionException innerRefusal(List<Codec> codecs) {
        for (Codec codec : codecs) {
            if (codec instanceof ShardingCodec sharding) {
                UnsupportedExtensionException inner = sharding.codecs().refusal;
                return inner == null ? sharding.indexCodecs().refusal : inner;
            }
        }
        return null;
    }

    /** What new arrays get when nothing is said: elements little endian (or UTF-8 texts), then zstd at level 3 with checksum. */
    public static CodecChain defaultFor(DataType dataType) {
        return of(arrayToBytes(dataType), Codec.zstdWithChecksum(3));
    }

    /** Elements little endian, or UTF-8 texts, and nothing else. */
    public static CodecChain uncompressed(DataType dataType) {
        return of(arrayToBytes(dataType));
    }

    private static Codec arrayToBytes(DataType dataType) {
        if (!dataType.isFixedSize()) {
            return dataType.equals(DataType.STRING) ? Codec.vlenUtf8() : Codec.vlenBytes();
        }
        return dataType.unitBytes() == 1 ? Codec.bytes() : Codec.bytes(Endian.LITTLE);
    }

    /** Reads the metadata's {@code codecs}. */
    static CodecChain parse(MetadataField field) {
        return parse(field, 0);
    }

    static CodecChain parse(MetadataField field, int depth) {
        if (depth > DEEPEST) {
            throw field.invalid("shards are nested more than " + DEEPEST + " deep");
        }
        List<Codec> codecs = new ArrayList<>();
        UnsupportedExtensionException refusal = null;
        for (MetadataField element : field.elements()) {
            Extension extension = Extension.parse(element);
            Codec codec = parse(extension, depth);
            codecs.add(codec);
            if (refusal == null) {
                refusal = refusalOf(codec, extension);
            }
        }
        if (refusal == null) {
            problemOf(applied(codecs)).ifPresent(problem -> {
                throw field.invalid(names(codecs) + ": " + problem);
            });
        }
        return new CodecChain(List.copyOf(codecs), refusal);
    }

    private static @Nullable UnsupportedExtensionException refusalOf(Codec codec, Extension extension) {
        if (codec instanceof UnknownCodec unknown && !unknown.ignorable()) {
            return extension.unsupported("codec");
        }
        return innerRefusal(List.of(codec));
    }

    private static Codec parse(Extension extension, int depth) {
        MetadataField configuration = extension.configuration();
        return switch (extension.name()) {
            case TransposeCodec.NAME -> {
                extension.requireOnly(Set.of("order"));
                yield TransposeCodec.parse(configuration);
            }
            case BytesCodec.NAME -> {
                extension.requireOnly(Set.of("endian"));
                yield BytesCodec.parse(configuration);
            }
            case ShardingCodec.NAME -> {
                extension.requireOnly(ShardingCodec.CONFIGURATION);
                yield ShardingCodec.parse(configuration, depth + 1);
            }
            case VlenCodec.UTF8_NAME -> {
                extension.requireOnly(Set.of());
                yield VlenCodec.UTF8;
            }
            case VlenCodec.BYTES_NAME -> {
                extension.requireOnly(Set.of());
                yield VlenCodec.BYTES;
            }
            default -> parseBytesToBytes(extension);
        };
    }

    private static Codec parseBytesToBytes(Extension extension) {
        MetadataField configuration = extension.configuration();
        return switch (extension.name()) {
            case ZstdCodec.NAME -> {
                extension.requireOnly(Set.of("level", "checksum"));
                yield ZstdCodec.parse(configuration);
            }
            case GzipCodec.NAME -> {
                extension.requireOnly(Set.of("level"));
                yield GzipCodec.parse(configuration);
            }
            case BloscCodec.NAME -> {
                extension.requireOnly(Set.of("typesize", "cname", "clevel", "shuffle", "blocksize"));
                yield BloscCodec.parse(configuration);
            }
            case ZlibCodec.NAME -> {
                extension.requireOnly(Set.of("level"));
                yield ZlibCodec.parse(configuration);
            }
            case ShuffleCodec.NAME -> {
                extension.requireOnly(Set.of("elementsize"));
                yield ShuffleCodec.parse(configuration);
            }
            case Crc32cCodec.NAME -> {
                extension.requireOnly(Set.of());
                yield new Crc32cCodec();
            }
            default ->
                new UnknownCodec(
                        extension.name(),
                        extension.field().node().deepCopy(),
                        extension.field().path(),
                        !extension.mustUnderstand());
        };
    }

    private static List<Codec> applied(List<Codec> codecs) {
        return codecs.stream().filter(codec -> !(codec instanceof UnknownCodec)).toList();
    }

    private static Optional<String> problemOf(List<Codec> codecs) {
        int arrays = arraysOf(codecs);
        if (arrays == codecs.size() || !(codecs.get(arrays) instanceof ArrayToBytesCodec)) {
            return Optional.of("the first codec, not counting transpose, must go from array to bytes"
                    + " (bytes, vlen-utf8, vlen-bytes or sharding_indexed)");
        }
        for (Codec codec : codecs.subList(arrays + 1, codecs.size())) {
            if (!(codec instanceof BytesToBytesCodec)) {
                return Optional.of("codec " + codec.name() + " must come first");
            }
        }
        return Optional.empty();
    }

    /** How many go from array to array at the start. */
    private static int arraysOf(List<Codec> codecs) {
        int arrays = 0;
        while (arrays < codecs.size() && codecs.get(arrays) instanceof ArrayToArrayCodec) {
            arrays++;
        }
        return arrays;
    }

    private static List<String> names(List<Codec> codecs) {
        return codecs.stream().map(Codec::name).toList();
    }

    /** The codecs in the order in which they encode. */
    public List<Codec> codecs() {
        return codecs;
    }

    /** The first codec that is not here, if there is one; then chunks can be neither encoded nor decoded. */
    public Optional<String> unsupportedCodec() {
        return Optional.ofNullable(refusal).map(UnsupportedExtensionException::extensionName);
    }

    /** The value of the metadata's {@code codecs}. */
    public ArrayNode toJson() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        codecs.forEach(codec -> json.add(codec.toJson()));
        return json;
    }

    /** What keeps the chain from encoding chunks of a data type and shape, or empty if nothing does, or if it has a codec that is not here. */
    Optional<String> objectionTo(DataType dataType, long... chunkShape) {
        if (refusal != null) {
            return Optional.empty();
        }
        long[] shape = chunkShape;
        for (ArrayToArrayCodec array : arrays) {
            Optional<String> objection = array.objectionTo(shape.length);
            if (objection.isPresent()) {
                return objection;
            }
            shape = array.encodedShape(shape);
        }
        return serializer().objectionTo(dataType, shape);
    }

    /** What is known of the size of an encoded chunk; nobody may object to data type and shape. */
    SizeLimit encodedSize(DataType dataType, int... chunkShape) {
        SizeLimit limit = serializer().encodedSize(dataType, serializedShape(chunkShape));
        for (BytesToBytesCodec step : bytes) {
            limit = step.encodedSize(limit);
        }
        return limit;
    }

    /** The codec whose inner chunks can be read one by one, if it stands alone. */
    Optional<ShardingCodec> sharding() {
        boolean alone = refusal == null && arrays.isEmpty() && bytes.isEmpty();
        return alone && serializer() instanceof ShardingCodec sharding ? Optional.of(sharding) : Optional.empty();
    }

    /**
     * Encodes a whole chunk of an array whose fill value is zero; only shards depend on that. Cost: one pass over the elements for each codec; no object per element, but
     * for texts and byte strings.
     *
     * @param chunk all elements of the chunk, also at the array's edge
     * @return a read-only buffer of its own, from position 0
     * @throws UnsupportedExtensionException if the chain has a codec that is not here
     * @throws IllegalArgumentException if the chain cannot encode the data type or shape
     */
    public ByteBuffer encode(NdArray chunk) {
        return encode(chunk, FillValue.zero(chunk.dataType()));
    }

    /**
     * Encodes a whole chunk. Cost: one pass over the elements for each codec; no object per element, but for texts and byte strings.
     *
     * @param chunk all elements of the chunk, also at the array's edge
     * @param fill the array's fill value, of the same data type; shards leave out what is wholly that
     * @return a read-only buffer of its own, from position 0
     * @throws UnsupportedExtensionException if the chain has a codec that is not here
     * @throws IllegalArgumentException if the chain cannot encode the data type or shape
     */
    public ByteBuffer encode(NdArray chunk, FillValue fill) {
        return encode(NdBox.whole(chunk), fill);
    }

    /** Encodes the elements of a box as {@link #encode(NdArray, FillValue)} does those of a whole array. */
    ByteBuffer encode(NdBox chunk, FillValue fill) {
        if (bytes.isEmpty()) {
            requireNoObjection(chunk.dataType(), chunk.shapeUnsafe());
            return serializer()
                    .encode(arranged(chunk), fill, ByteBuffer::allocate)
                    .asReadOnlyBuffer();
        }
        try (EncodedChunk encoded = encodeForStoring(chunk, fill)) {
            ByteBuffer stored = encoded.bytes();
            return ByteBuffer.allocate(stored.remaining()).put(stored).flip().asReadOnlyBuffer();
        }
    }

    /**
     * Encodes the elements of a box into memory that is used again. Cost: without codecs from bytes to bytes and up to {@code DirectBuffers.LARGEST_KEPT_BYTES}, one copy of
     * the elements and no garbage.
     */
    EncodedChunk encodeForStoring(NdBox chunk, FillValue fill) {
        requireNoObjection(chunk.dataType(), chunk.shapeUnsafe());
        Scratch scratch = Scratch.borrow();
        try {
            ByteBuffer encoded =
                    serializer().encode(arranged(chunk), fill, bytes.isEmpty() ? scratch::takeToStore : scratch);
            for (BytesToBytesCodec step : bytes) {
                encoded = step.encode(encoded, scratch);
            }
            return scratch.keep(encoded);
        } finally {
            scratch.giveBack();
        }
    }

    private NdBox arranged(NdBox chunk) {
        NdBox elements = chunk;
        for (ArrayToArrayCodec step : arrays) {
            elements = NdBox.whole(step.encode(elements.toArray()));
        }
        return elements;
    }

    /**
     * Decodes a whole chunk of an array whose fill value is zero into a new array; only shards depend on that. Otherwise as {@link #decode(ByteBuffer, FillValue, int...)}.
     *
     * @param stored the stored bytes, from position to limit; the position stays
     * @param dataType data type of the array
     * @param chunkShape number of elements in each dimension, of a full chunk
     * @throws CorruptChunkException if the bytes do not decode to exactly such a chunk
     * @throws UnsupportedExtensionException if the chain has a codec that is not here
     * @throws IllegalArgumentException if the chain cannot encode the data type, or the chunk is too large for a Java array
     */
    public NdArray decode(ByteBuffer stored, DataType dataType, int... chunkShape) {
        return decode(stored, FillValue.zero(dataType), chunkShape);
    }

    /**
     * Decodes a whole chunk into a new array. Memory stays within what a chunk of that shape can need, whatever the bytes claim; for texts and byte strings within 256 MiB.
     *
     * @param stored the stored bytes, from position to limit; the position stays
     * @param fill the array's fill value, of its data type
     * @param chunkShape number of elements in each dimension, of a full chunk
     * @throws CorruptChunkException if the bytes do not decode to exactly such a chunk
     * @throws UnsupportedExtensionException if the chain has a codec that is not here
     * @throws IllegalArgumentException if the chain cannot encode the data type, or the chunk is too large for a Java array
     */
    public NdArray decode(ByteBuffer stored, FillValue fill, int... chunkShape) {
        requireNoObjection(fill.dataType(), chunkShape);
        Shapes.size(Shapes.elementCount(chunkShape), fill.dataType().slots());
        int[] shape = serializedShape(chunkShape);
        NdArray elements = decodeBytes(
                stored, fill.dataType(), shape, decoded -> serializer().decode(decoded, fill, shape));
        for (int i = arrays.size() - 1; i >= 0; i--) {
            elements = arrays.get(i).decode(elements);
        }
        return elements;
    }

    /**
     * Decodes a whole chunk into a box of its shape, as {@link #decode(ByteBuffer, FillValue, int...)} does into a new array. Without codecs from array to array and shards, that is
     * one copy of the elements. What the box holds after an exception is undefined.
     */
    void decodeInto(ByteBuffer stored, FillValue fill, NdBox target) {
        int[] shape = target.shapeUnsafe();
        if (!arrays.isEmpty()) {
            target.copyFrom(decode(stored, fill, shape));
            return;
        }
        requireNoObjection(fill.dataType(), shape);
        decodeBytes(stored, fill.dataType(), shape, decoded -> {
            serializer().decodeInto(decoded, fill, target);
            return target;
        });
    }

    /** Undoes the codecs from bytes to bytes, and hands over the outcome while it lasts. */
    private <T> T decodeBytes(ByteBuffer stored, DataType dataType, int[] shape, Function<ByteBuffer, T> reader) {
        if (bytes.isEmpty()) {
            return reader.apply(stored);
        }
        SizeLimit[] limits = limits(dataType, shape);
        Scratch scratch = Scratch.borrow();
        try {
            ByteBuffer decoded = stored.duplicate();
            for (int i = bytes.size() - 1; i >= 0; i--) {
                decoded = bytes.get(i).decode(decoded, limits[i], scratch);
            }
            return reader.apply(decoded);
        } finally {
            scratch.giveBack();
        }
    }

    /** Entry i bounds what the i-th codec from bytes to bytes decodes to. */
    private SizeLimit[] limits(DataType dataType, int... shape) {
        SizeLimit[] limits = new SizeLimit[bytes.size()];
        SizeLimit limit = serializer().encodedSize(dataType, shape);
        for (int i = 0; i < limits.length; i++) {
            limits[i] = limit;
            limit = bytes.get(i).encodedSize(limit);
        }
        return limits;
    }

    private int[] serializedShape(int... chunkShape) {
        if (arrays.isEmpty()) {
            return chunkShape;
        }
        long[] shape = Shapes.toLongs(chunkShape);
        for (ArrayToArrayCodec array : arrays) {
            shape = array.encodedShape(shape);
        }
        return Shapes.toInts(shape);
    }

    private void requireNoObjection(DataType dataType, int... chunkShape) {
        if (refusal != null) {
            throw new UnsupportedExtensionException(refusal);
        }
        objectionTo(dataType, Shapes.toLongs(chunkShape)).ifPresent(objection -> {
            throw new IllegalArgumentException("Invalid codecs: " + objection);
        });
    }

    private ArrayToBytesCodec serializer() {
        if (serializer == null) {
            throw new IllegalStateException("Codecs " + names(codecs) + " are not all here");
        }
        return serializer;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodecChain that && codecs.equals(that.codecs);
    }

    @Override
    public int hashCode() {
        return codecs.hashCode();
    }

    /** The metadata's {@code codecs}. */
    @Override
    public String toString() {
        JsonNode json = toJson();
        return json.toString();
    }
}
