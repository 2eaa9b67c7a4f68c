package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The codec {@code vlen-utf8}: texts of any length.
 *
 * <pre>
 * u32  number of elements, little endian
 * then for each element in C order
 * u32  length in bytes, little endian
 * …    that many bytes of UTF-8
 * </pre>
 *
 * <p>Source: Zarr extensions, codec {@code vlen-utf8}.
 */
record VlenUtf8Codec() implements ArrayToBytesCodec {
    static final String NAME = "vlen-utf8";

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
        return dataType.equals(DataType.STRING)
                ? Optional.empty()
                : Optional.of("codec vlen-utf8 cannot encode data type " + dataType + "; use bytes");
    }

    @Override
    public SizeLimit encodedSize(DataType dataType, int... chunkShape) {
        return SizeLimit.UNKNOWN;
    }

    @Override
    public ByteBuffer encode(NdArray chunk, FillValue fill, Buffers buffers) {
        String[] strings = chunk.strings();
        byte[][] encoded = new byte[strings.length][];
        for (int i = 0; i < strings.length; i++) {
            encoded[i] = strings[i].getBytes(StandardCharsets.UTF_8);
        }
        return VlenParts.encode(encoded, buffers);
    }

    @Override
    public NdArray decode(ByteBuffer encoded, FillValue fill, int... chunkShape) {
        VlenParts parts = new VlenParts(NAME, "text", encoded, Shapes.elementCount(chunkShape));
        String[] strings = new String[parts.count()];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = text(parts.next(), i);
        }
        parts.requireEnd();
        return NdArray.of(strings, chunkShape);
    }

    private static String text(ByteBuffer bytes, int position) {
        // The decoder reports malformed bytes, where the constructor of String would put replacement characters.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new CorruptChunkException(NAME, "UTF-8 in text " + position, "other bytes", e);
        }
    }
}
