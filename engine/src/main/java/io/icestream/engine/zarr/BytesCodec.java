package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    public Optional<String> objectionTo(DataType dataType, long... chunkShape) {
        if (!dataType.isFixedSize()) {
            String other = dataType.equals(DataType.STRING) ? VlenCodec.UTF8_NAME : VlenCodec.BYTES_NAME;
            return Optional.of("codec bytes cannot encode data type " + dataType + "; use " + other);
        }
        // Structures without endian are little endian: zarr-python once wrote them so.
        if (endian == null && dataType.unitBytes() > 1 && dataType.kind() != DataType.Kind.STRUCT) {
            return Optional.of("codec bytes needs the configuration endian for data type " + dataType);
        }
        return Optional.empty();
    }

    @Override
    public SizeLimit encodedSize(DataType dataType, int... chunkShape) {
        return SizeLimit.exactly(Shapes.size(Shapes.elementCount(chunkShape), dataType.sizeBytes()));
    }

    @Override
    public ByteBuffer encode(NdBox chunk, FillValue fill, Buffers buffers) {
        return encode(chunk, buffers);
    }

    ByteBuffer encode(NdBox chunk, Buffers buffers) {
        int size = encodedSize(chunk.dataType(), chunk.shapeUnsafe()).maximum();
        ByteBuffer buffer = buffers.take(size).order(byteOrder());
        chunk.forEachRun(writer(chunk, buffer));
        return buffer;
    }

    /** Puts runs of elements one behind the other; the position of the buffer stays. */
    private NdBox.Run writer(NdBox chunk, ByteBuffer buffer) {
        Object elements = chunk.elements();
        if (elements instanceof double[] doubles) {
            DoubleBuffer target = buffer.asDoubleBuffer();
            return (offset, length) -> target.put(doubles, offset, length);
        } else if (elements instanceof float[] floats) {
            FloatBuffer target = buffer.asFloatBuffer();
            return (offset, length) -> target.put(floats, offset, length);
        } else if (elements instanceof long[] longs) {
            LongBuffer target = buffer.asLongBuffer();
            return (offset, length) -> target.put(longs, offset, length);
        } else if (elements instanceof int[] ints) {
            IntBuffer target = buffer.asIntBuffer();
            return (offset, length) -> target.put(ints, offset, length);
        } else if (elements instanceof short[] shorts) {
            ShortBuffer target = buffer.asShortBuffer();
            return (offset, length) -> target.put(shorts, offset, length);
        }
        return recordWriter(chunk.dataType(), (byte[]) elements, buffer.duplicate());
    }

    private NdBox.Run recordWriter(DataType dataType, byte[] elements, ByteBuffer target) {
        if (endian != Endian.BIG || dataType.unitBytes() == 1) {
            return (offset, length) -> target.put(elements, offset, length);
        }
        return (offset, length) -> {
            byte[] swapped = Arrays.copyOfRange(elements, offset, offset + length);
            swapUnits(swapped, 0, length, dataType);
            target.put(swapped);
        };
    }

    /** Turns round the bytes of every number in structured elements. */
    private static void swapUnits(byte[] elements, int from, int to, DataType dataType) {
        List<int[]> units = dataType.units();
        for (int start = from; start < to; start += dataType.sizeBytes()) {
            for (int[] unit : units) {
                int low = start + unit[0];
                int high = low + unit[1] - 1;
                while (low < high) {
                    byte first = elements[low];
                    elements[low++] = elements[high];
                    elements[high--] = first;
                }
            }
        }
    }

    @Override
    public NdArray decode(ByteBuffer encoded, FillValue fill, int... chunkShape) {
        return decode(encoded, fill.dataType(), chunkShape);
    }

    NdArray decode(ByteBuffer encoded, DataType dataType, int[] chunkShape) {
        requireSize(encoded, dataType, chunkShape);
        NdArray chunk = NdArray.allocate(dataType, chunkShape);
        decodeInto(encoded, NdBox.whole(chunk));
        return chunk;
    }

    @Override
    public void decodeInto(ByteBuffer encoded, FillValue fill, NdBox target) {
        requireSize(encoded, target.dataType(), target.shapeUnsafe());
        decodeInto(encoded, target);
    }

    private void requireSize(ByteBuffer encoded, DataType dataType, int[] chunkShape) {
        int expected = encodedSize(dataType, chunkShape).maximum();
        if (encoded.remaining() != expected) {
            throw new CorruptChunkException(NAME, expected + " bytes", encoded.remaining() + " bytes");
        }
    }

    private void decodeInto(ByteBuffer encoded, NdBox target) {
        target.forEachRun(reader(target, encoded.slice().order(byteOrder())));
    }

    /** Takes runs of elements one behind the other. */
    private NdBox.Run reader(NdBox target, ByteBuffer encoded) {
        Object elements = target.elements();
        if (elements instanceof double[] doubles) {
            DoubleBuffer source = encoded.asDoubleBuffer();
            return (offset, length) -> source.get(doubles, offset, length);
        } else if (elements instanceof float[] floats) {
            FloatBuffer source = encoded.asFloatBuffer();
            return (offset, length) -> source.get(floats, offset, length);
        } else if (elements instanceof long[] longs) {
            LongBuffer source = encoded.asLongBuffer();
            return (offset, length) -> source.get(longs, offset, length);
        } else if (elements instanceof int[] ints) {
            IntBuffer source = encoded.asIntBuffer();
            return (offset, length) -> source.get(ints, offset, length);
        } else if (elements instanceof short[] shorts) {
            ShortBuffer source = encoded.asShortBuffer();
            return (offset, length) -> source.get(shorts, offset, length);
        }
        return recordReader(target.dataType(), (byte[]) elements, encoded);
    }

    private NdBox.Run recordReader(DataType dataType, byte[] elements, ByteBuffer source) {
        if (endian != Endian.BIG || dataType.unitBytes() == 1) {
            return (offset, length) -> source.get(elements, offset, length);
        }
        return (offset, length) -> {
            source.get(elements, offset, length);
            swapUnits(elements, offset, offset + length, dataType);
        };
    }

    private ByteOrder byteOrder() {
        return endian == null ? ByteOrder.LITTLE_ENDIAN : endian.byteOrder();
    }
}
