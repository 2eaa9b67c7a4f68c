package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

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
    public Optional<String> objectionTo(DataType dataType) {
        return dataType == DataType.STRING
                ? Optional.empty()
                : Optional.of("codec vlen-utf8 cannot encode data type " + dataType.zarrName() + "; use bytes");
    }

    @Override
    public OptionalInt encodedSize(DataType dataType, int elementCount) {
        return OptionalInt.empty();
    }

    @Override
    public ByteBuffer encode(NdArray chunk, Buffers buffers) {
        String[] strings = chunk.strings();
        byte[][] encoded = new byte[strings.length][];
        long size = Integer.BYTES;
        for (int i = 0; i < strings.length; i++) {
            encoded[i] = strings[i].getBytes(StandardCharsets.UTF_8);
            size += Integer.BYTES + encoded[i].length;
        }
        if (size > SizeLimit.UNKNOWN.maximum()) {
            throw new ZarrException("Cannot encode a chunk of strings of " + size + " bytes: at most "
                    + SizeLimit.UNKNOWN.maximum() + "; choose a smaller chunk shape");
        }
        ByteBuffer buffer = buffers.take((int) size).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(strings.length);
        for (byte[] text : encoded) {
            buffer.putInt(text.length).put(text);
        }
        return buffer.flip();
    }

    @Override
    public NdArray decode(ByteBuffer encoded, DataType dataType, int[] chunkShape) {
        int count = Shapes.elementCount(chunkShape);
        ByteBuffer source = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        long smallest = Integer.BYTES * (1L + count);
        if (source.remaining() < smallest) {
            throw new CorruptChunkException(
                    NAME, "at least " + smallest + " bytes for " + count + " texts", source.remaining() + " bytes");
        }
        int stored = source.getInt();
        if (stored != count) {
            throw new CorruptChunkException(
                    NAME, count + " texts", Integer.toUnsignedString(stored) + " in the header");
        }
        String[] strings = new String[count];
        for (int i = 0; i < count; i++) {
            strings[i] = text(source, i);
        }
        if (source.hasRemaining()) {
            throw new CorruptChunkException(
                    NAME, "the end after " + count + " texts", source.remaining() + " more bytes");
        }
        return NdArray.of(strings, chunkShape);
    }

    private static String text(ByteBuffer source, int position) {
        if (source.remaining() < Integer.BYTES) {
            throw new CorruptChunkException(
                    NAME, "the length of text " + position, "the end at byte " + source.limit());
        }
        int length = source.getInt();
        if (length < 0 || length > source.remaining()) {
            throw new CorruptChunkException(
                    NAME,
                    Integer.toUnsignedString(length) + " bytes of text " + position,
                    source.remaining() + " bytes before the end");
        }
        // The decoder reports malformed bytes, where the constructor of String would put replacement characters.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        try {
            String text =
                    decoder.decode(source.slice(source.position(), length)).toString();
            source.position(source.position() + length);
            return text;
        } catch (CharacterCodingException e) {
            throw new CorruptChunkException(NAME, "UTF-8 in text " + position, "other bytes", e);
        }
    }
}
