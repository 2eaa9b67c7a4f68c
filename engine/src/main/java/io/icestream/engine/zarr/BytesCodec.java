package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The codec {@code bytes}: elements one after the other in C order, numbers in the configured byte order.
 *
 * <p>Source: Zarr codec {@code bytes} 1.0.
 *
 * @param endian the byte order, or null where elements have one byte
 */
record BytesCodec(@Nullable Endian endian) implements ArrayToBytesCodec {
    static final String NAME = "bytes";

    static BytesCodec parse(MetadataField configuration) {
        MetadataField endian = configuration.member("endian");
        if (!endian.isPresent()) {
            return new BytesCodec(null);
        }
        for (Endian candidate : Endian.values()) {
            if (candidate.zarrName().equals(endian.asText())) {
                return new BytesCodec(candidate);
            }
        }
        throw endian.expected("\"little\" or \"big\"");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return endian == null
                ? Json.extension(NAME)
                : Json.extension(NAME, configuration -> configuration.put("endian", endian.zarrName()));
    }

    @Override
    public Optional<String> objectionTo(DataType dataType) {
        if (!dataType.isFixedSize()) {
            return Optional.of("codec bytes cannot encode data type " + dataType.zarrName() + "; use vlen-utf8");
        }
        if (endian == null && dataType.unitBytes() > 1) {
            return Optional.of("codec bytes needs the configuration endian for data type " + dataType.zarrName());
        }
        return Optional.empty();
    }

    @Override
    public OptionalInt encodedSize(DataType dataType, int elementCount) {
        return OptionalInt.of(Shapes.size(elementCount, dataType.sizeBytes()));
    }

    @Override
    public ByteBuffer encode(NdArray chunk, Buffers buffers) {
        int size = encodedSize(chunk.dataType(), chunk.size()).orElseThrow();
        ByteBuffer buffer = buffers.take(size).order(byteOrder());
        Object elements = chunk.elements();
        if (elements instanceof double[] doubles) {
            buffer.asDoubleBuffer().put(doubles);
        } else if (elements instanceof float[] floats) {
            buffer.asFloatBuffer().put(floats);
        } else if (elements instanceof long[] longs) {
            buffer.asLongBuffer().put(longs);
        } else if (elements instanceof int[] ints) {
            buffer.asIntBuffer().put(ints);
        } else if (elements instanceof short[] shorts) {
            buffer.asShortBuffer().put(shorts);
        } else {
            buffer.duplicate().put(chunk.bytes());
        }
        return buffer;
    }

    @Override
    public NdArray decode(ByteBuffer encoded, DataType dataType, int[] chunkShape) {
        int expected = encodedSize(dataType, Shapes.elementCount(chunkShape)).orElseThrow();
        if (encoded.remaining() != expected) {
            throw new CorruptChunkException(NAME, expected + " bytes", encoded.remaining() + " bytes");
        }
        NdArray chunk = NdArray.allocate(dataType, chunkShape);
        ByteBuffer source = encoded.slice().order(byteOrder());
        Object elements = chunk.elements();
        if (elements instanceof double[] doubles) {
            source.asDoubleBuffer().get(doubles);
        } else if (elements instanceof float[] floats) {
            source.asFloatBuffer().get(floats);
        } else if (elements instanceof long[] longs) {
            source.asLongBuffer().get(longs);
        } else if (elements instanceof int[] ints) {
            source.asIntBuffer().get(ints);
        } else if (elements instanceof short[] shorts) {
            source.asShortBuffer().get(shorts);
        } else {
            source.get(chunk.bytes());
        }
        return chunk;
    }

    private ByteOrder byteOrder() {
        return endian == null ? ByteOrder.LITTLE_ENDIAN : endian.byteOrder();
    }
}
