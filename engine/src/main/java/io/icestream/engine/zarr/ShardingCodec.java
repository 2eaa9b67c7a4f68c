package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The codec {@code sharding_indexed}: a chunk (the shard) as inner chunks, each encoded by codecs of its own, and an index of where they lie. Inner chunks that are
 * wholly fill value are left out.
 *
 * <p>Source: Zarr codec {@code sharding_indexed} 1.0.
 *
 * @param innerShape elements of an inner chunk in each dimension
 * @param codecs what encodes an inner chunk
 * @param indexCodecs what encodes the index, to a size that is known before
 * @param indexLocation where in the shard the index is
 */
record ShardingCodec(
        List<Long> innerShape, CodecChain codecs, CodecChain indexCodecs, Codec.IndexLocation indexLocation)
        implements ArrayToBytesCodec {
    static final String NAME = "sharding_indexed";

    static final Set<String> CONFIGURATION = Set.of("chunk_shape", "codecs", "index_codecs", "index_location");

    ShardingCodec {
        innerShape = List.copyOf(innerShape);
        for (long length : innerShape) {
            if (length < 1 || length > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "Invalid inner chunk shape " + innerShape + ": each length must be at least 1");
            }
        }
        // The rank of the index does not matter for the answer.
        if (indexCodecs.unsupportedCodec().isEmpty()
                && !indexSize(indexCodecs, 1, 2).exact()) {
            throw new IllegalArgumentException(
                    "Invalid index codecs " + indexCodecs + ": the size of the index must not depend on what is in it");
        }
    }

    private static SizeLimit indexSize(CodecChain indexCodecs, int... shape) {
        return indexCodecs.objectionTo(DataType.UINT64, Shapes.toLongs(shape)).isPresent()
                ? SizeLimit.UNKNOWN
                : indexCodecs.encodedSize(DataType.UINT64, shape);
    }

    static ShardingCodec parse(MetadataField configuration, int depth) {
        MetadataField location = configuration.member("index_location");
        MetadataField shape = configuration.member("chunk_shape");
        CodecChain codecs = CodecChain.parse(configuration.member("codecs"), depth);
        CodecChain indexCodecs = CodecChain.parse(configuration.member("index_codecs"), depth);
        try {
            return new ShardingCodec(
                    LongStream.of(shape.asLengths()).boxed().toList(),
                    codecs,
                    indexCodecs,
                    location.isPresent() ? location(location) : Codec.IndexLocation.END);
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(configuration.path(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Codec.IndexLocation location(MetadataField field) {
        return switch (field.asText()) {
            case "start" -> Codec.IndexLocation.START;
            case "end" -> Codec.IndexLocation.END;
            default -> throw field.expected("\"start\" or \"end\"");
        };
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(NAME, configuration -> {
            ArrayNode shape = configuration.putArray("chunk_shape");
            innerShape.forEach(shape::add);
            configuration.set("codecs", codecs.toJson());
            configuration.set("index_codecs", indexCodecs.toJson());
            configuration.put("index_location", indexLocation == Codec.IndexLocation.START ? "start" : "end");
        });
    }

    @Override
    public Optional<String> objectionTo(DataType dataType, long... chunkShape) {
        if (chunkShape.length != innerShape.size()) {
            return Optional.of("codec sharding_indexed has inner chunks of shape " + innerShape + ", the shard has "
                    + chunkShape.length + " dimensions");
        }
        for (int d = 0; d < chunkShape.length; d++) {
            if (chunkShape[d] % innerShape.get(d) != 0) {
                return Optional.of("codec sharding_indexed needs shards of whole inner chunks, but "
                        + Arrays.toString(chunkShape) + " is no multiple of " + innerShape);
            }
        }
        return codecs.objectionTo(
                        dataType, innerShape.stream().mapToLong(Long::longValue).toArray())
                .or(() -> indexCodecs.objectionTo(DataType.UINT64, indexShape(chunkShape)));
    }

    private long[] indexShape(long... chunkShape) {
        long[] shape = Arrays.copyOf(chunkShape, chunkShape.length + 1);
        for (int d = 0; d < chunkShape.length; d++) {
            shape[d] /= innerShape.get(d);
        }
        shape[chunkShape.length] = 2;
        return shape;
    }

    private int[] indexShape(int... chunkShape) {
        return Shapes.toInts(indexShape(Shapes.toLongs(chunkShape)));
    }

    int[] innerShapeInts() {
        return innerShape.stream().mapToInt(Long::intValue).toArray();
    }

    ChunkGrid grid(int... chunkShape) {
        return new ChunkGrid(
                Shapes.toLongs(chunkShape),
                innerShape.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public SizeLimit encodedSize(DataType dataType, int... chunkShape) {
        long inner = codecs.encodedSize(dataType, innerShapeInts()).maximum();
        int count = Shapes.elementCount(indexShape(chunkShape)) / 2;
        long size = inner * count + indexBytes(chunkShape);
        return new SizeLimit((int) Math.min(size, Integer.MAX_VALUE), false);
    }

    private int indexBytes(int... chunkShape) {
        return indexCodecs.encodedSize(DataType.UINT64, indexShape(chunkShape)).maximum();
    }

    @Override
    public ByteBuffer encode(NdBox chunk, FillValue fill, Buffers buffers) {
        int[] shape = chunk.shapeUnsafe();
        int indexBytes = indexBytes(shape);
        ShardIndex index = ShardIndex.empty(Shapes.elementCount(indexShape(shape)) / 2);
        List<ByteBuffer> parts = new ArrayList<>();
        long offset = indexLocation == Codec.IndexLocation.START ? indexBytes : 0;
        int number = 0;
        for (ChunkOverlap inner : innerChunks(shape)) {
            NdBox elements = chunk.inner(inner.regionOrigin(), inner.lengths());
            if (!elements.isFilledWith(fill)) {
                ByteBuffer part = codecs.encode(elements, fill);
                index.set(number, offset, part.remaining());
                offset += part.remaining();
                parts.add(part);
            }
            number++;
        }
        long size = indexLocation == Codec.IndexLocation.START ? offset : offset + indexBytes;
        if (size > Integer.MAX_VALUE) {
            throw new ZarrException("Cannot encode a shard of " + size + " bytes: at most " + Integer.MAX_VALUE
                    + "; choose a smaller chunk shape");
        }
        return assemble(indexCodecs.encode(index.toArray(indexShape(shape))), parts, buffers.take((int) size));
    }

    private ByteBuffer assemble(ByteBuffer index, List<ByteBuffer> parts, ByteBuffer target) {
        if (indexLocation == Codec.IndexLocation.START) {
            target.put(index);
        }
        parts.forEach(target::put);
        if (indexLocation == Codec.IndexLocation.END) {
            target.put(index);
        }
        return target.flip();
    }

    private List<ChunkOverlap> innerChunks(int... shape) {
        return grid(shape).overlaps(Region.whole(Shapes.toLongs(shape))).toList();
    }

    @Override
    public NdArray decode(ByteBuffer encoded, FillValue fill, int... chunkShape) {
        return decodeRegion(StoredBytes.of(encoded), fill, chunkShape, new int[chunkShape.length], chunkShape);
    }

    /**
     * Reads a box of a shard: the index, then the inner chunks that the box touches.
     *
     * @param from first index of the box in the shard
     * @param lengths number of elements in each dimension
     */
    NdArray decodeRegion(StoredBytes stored, FillValue fill, int[] chunkShape, int[] from, int... lengths) {
        int indexBytes = indexBytes(chunkShape);
        if (stored.sizeBytes() < indexBytes) {
            throw new CorruptChunkException(
                    NAME, "an index of " + indexBytes + " bytes", stored.sizeBytes() + " bytes in all");
        }
        long start = indexLocation == Codec.IndexLocation.START ? 0 : stored.sizeBytes() - indexBytes;
        ShardIndex index = ShardIndex.of(
                indexCodecs.decode(stored.read(start, indexBytes), DataType.UINT64, indexShape(chunkShape)));
        return new ShardRegion(this, index, fill, chunkShape).read(stored, from, lengths);
    }
}
