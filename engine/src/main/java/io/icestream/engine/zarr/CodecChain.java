package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The codecs between the elements of a chunk and its stored bytes: one from array to bytes, then any number from bytes to bytes. Immutable and thread-safe.
 *
 * <p>A chain read from metadata may hold codecs that are not here. It can be shown and written back, but neither encode nor decode.
 *
 * <p>Source: Zarr core specification, chunk encoding.
 */
public final class CodecChain {
    private final List<Codec> codecs;
    private final @Nullable UnsupportedExtensionException refusal;

    private CodecChain(List<Codec> codecs, @Nullable UnsupportedExtensionException refusal) {
        this.codecs = codecs;
        this.refusal = refusal;
    }

    /**
     * A chain of these codecs, in the order in which they encode.
     *
     * @throws IllegalArgumentException unless the first one goes from array to bytes and the others from bytes to bytes
     */
    public static CodecChain of(Codec... codecs) {
        List<Codec> list = List.of(codecs);
        problemOf(list).ifPresent(problem -> {
            throw new IllegalArgumentException("Invalid codecs " + names(list) + ": " + problem);
        });
        return new CodecChain(list, null);
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
            return Codec.vlenUtf8();
        }
        return dataType.unitBytes() == 1 ? Codec.bytes() : Codec.bytes(Endian.LITTLE);
    }

    /** Reads the metadata's {@code codecs}. */
    static CodecChain parse(MetadataField field) {
        List<Codec> codecs = new ArrayList<>();
        UnsupportedExtensionException refusal = null;
        for (MetadataField element : field.elements()) {
            Extension extension = Extension.parse(element);
            Codec codec = parse(extension);
            codecs.add(codec);
            if (refusal == null && codec instanceof UnknownCodec unknown && !unknown.ignorable()) {
                refusal = extension.unsupported("codec");
            }
        }
        if (refusal == null) {
            problemOf(applied(codecs)).ifPresent(problem -> {
                throw field.invalid(names(codecs) + ": " + problem);
            });
        }
        return new CodecChain(List.copyOf(codecs), refusal);
    }

    private static Codec parse(Extension extension) {
        return switch (extension.name()) {
            case BytesCodec.NAME ->
                BytesCodec.parse(extension.requireOnly(Set.of("endian")).configuration());
            case VlenUtf8Codec.NAME -> {
                extension.requireOnly(Set.of());
                yield new VlenUtf8Codec();
            }
            case ZstdCodec.NAME ->
                ZstdCodec.parse(
                        extension.requireOnly(Set.of("level", "checksum")).configuration());
            case GzipCodec.NAME ->
                GzipCodec.parse(extension.requireOnly(Set.of("level")).configuration());
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
        if (codecs.isEmpty() || !(codecs.get(0) instanceof ArrayToBytesCodec)) {
            return Optional.of("the first codec must go from array to bytes (bytes or vlen-utf8)");
        }
        for (Codec codec : codecs.subList(1, codecs.size())) {
            if (!(codec instanceof BytesToBytesCodec)) {
                return Optional.of("codec " + codec.name() + " must come first");
            }
        }
        return Optional.empty();
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

    /** What keeps the chain from encoding elements of a data type, or empty if nothing does, or if it has a codec that is not here. */
    Optional<String> objectionTo(DataType dataType) {
        return refusal == null ? first(applied(codecs)).objectionTo(dataType) : Optional.empty();
    }

    /**
     * Encodes a whole chunk. Cost: one pass over the elements for each codec; no object per element, but for texts.
     *
     * @param chunk all elements of the chunk, also at the array's edge
     * @return a read-only buffer of its own, from position 0
     * @throws UnsupportedExtensionException if the chain has a codec that is not here
     * @throws IllegalArgumentException if the chain cannot encode the data type
     */
    public ByteBuffer encode(NdArray chunk) {
        List<Codec> steps = steps(chunk.dataType());
        ArrayToBytesCodec first = first(steps);
        if (steps.size() == 1) {
            return first.encode(chunk, ByteBuffer::allocate).asReadOnlyBuffer();
        }
        Scratch scratch = Scratch.borrow();
        try {
            ByteBuffer bytes = first.encode(chunk, scratch);
            for (Codec step : steps.subList(1, steps.size())) {
                bytes = ((BytesToBytesCodec) step).encode(bytes, scratch);
            }
            return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip().asReadOnlyBuffer();
        } finally {
            scratch.giveBack();
        }
    }

    /**
     * Decodes a whole chunk into a new array. Memory stays within what a chunk of that shape can need, whatever the bytes claim; for texts within 256 MiB.
     *
     * @param stored the stored bytes, from position to limit; the position stays
     * @param dataType data type of the array
     * @param chunkShape number of elements in each dimension, of a full chunk
     * @throws CorruptChunkException if the bytes do not decode to exactly such a chunk
     * @throws UnsupportedExtensionException if the chain has a codec that is not here
     * @throws IllegalArgumentException if the chain cannot encode the data type, or the chunk is too large for a Java array
     */
    public NdArray decode(ByteBuffer stored, DataType dataType, int... chunkShape) {
        List<Codec> steps = steps(dataType);
        ArrayToBytesCodec first = first(steps);
        if (steps.size() == 1) {
            return first.decode(stored, dataType, chunkShape);
        }
        SizeLimit[] limits = limits(steps, dataType, Shapes.elementCount(chunkShape));
        Scratch scratch = Scratch.borrow();
        try {
            ByteBuffer bytes = stored.duplicate();
            for (int i = steps.size() - 1; i > 0; i--) {
                bytes = ((BytesToBytesCodec) steps.get(i)).decode(bytes, limits[i], scratch);
            }
            return first.decode(bytes, dataType, chunkShape);
        } finally {
            scratch.giveBack();
        }
    }

    /** Entry i bounds what codec i decodes to. */
    private static SizeLimit[] limits(List<Codec> steps, DataType dataType, int elementCount) {
        SizeLimit[] limits = new SizeLimit[steps.size()];
        OptionalInt size = first(steps).encodedSize(dataType, elementCount);
        SizeLimit limit = size.isPresent() ? SizeLimit.exactly(size.getAsInt()) : SizeLimit.UNKNOWN;
        for (int i = 1; i < limits.length; i++) {
            limits[i] = limit;
            limit = ((BytesToBytesCodec) steps.get(i)).encodedSize(limit);
        }
        return limits;
    }

    private List<Codec> steps(DataType dataType) {
        if (refusal != null) {
            throw new UnsupportedExtensionException(refusal);
        }
        List<Codec> steps = applied(codecs);
        first(steps).objectionTo(dataType).ifPresent(objection -> {
            throw new IllegalArgumentException("Invalid codecs: " + objection);
        });
        return steps;
    }

    private static ArrayToBytesCodec first(List<Codec> steps) {
        return (ArrayToBytesCodec) steps.get(0);
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
