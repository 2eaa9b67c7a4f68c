package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The codec {@code vlen-bytes}: byte strings of any length, laid out as {@link VlenParts} says.
 *
 * <p>Source: Zarr extensions, codec {@code vlen-bytes}.
 */
record VlenBytesCodec() implements ArrayToBytesCodec {
    static final String NAME = "vlen-bytes";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(NAME);
    }

    @Override
    public Optional<String> objectionTo(DataType dataType, long... chunkShape) {
        return dataType.equals(DataType.VARIABLE_LENGTH_BYTES)
                ? Optional.empty()
                : Optional.of("codec vlen-bytes cannot encode data type " + dataType + "; use bytes");
    }

    @Override
    public SizeLimit encodedSize(DataType dataType, int... chunkShape) {
        return SizeLimit.UNKNOWN;
    }

    @Override
    public ByteBuffer encode(NdArray chunk, FillValue fill, Buffers buffers) {
        return VlenParts.encode(chunk.byteStrings(), buffers);
    }

    @Override
    public NdArray decode(ByteBuffer encoded, FillValue fill, int... chunkShape) {
        VlenParts parts = new VlenParts(NAME, "byte string", encoded, Shapes.elementCount(chunkShape));
        byte[][] values = new byte[parts.count()][];
        for (int i = 0; i < values.length; i++) {
            ByteBuffer part = parts.next();
            values[i] = new byte[part.remaining()];
            part.get(values[i]);
        }
        parts.requireEnd();
        return NdArray.of(values, chunkShape);
    }
}
