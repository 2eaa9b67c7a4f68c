package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The codecs {@code vlen-utf8} and {@code vlen-bytes}: elements of any length, laid out as {@link VlenParts} says.
 *
 * <p>Source: Zarr extensions, codecs {@code vlen-utf8} and {@code vlen-bytes}.
 */
final class VlenCodec implements ArrayToBytesCodec {
    static final String UTF8_NAME = "vlen-utf8";
    static final String BYTES_NAME = "vlen-bytes";

    /** Texts. */
    static final VlenCodec UTF8 =
            new VlenCodec(UTF8_NAME, "text", DataType.STRING, VlenCodec::encodedTexts, VlenCodec::texts);

    /** Byte strings. */
    static final VlenCodec BYTES = new VlenCodec(
            BYTES_NAME, "byte string", DataType.VARIABLE_LENGTH_BYTES, NdArray::byteStrings, VlenCodec::byteStrings);

    private final String name;
    private final String element;
    private final DataType dataType;
    private final Function<NdArray, byte[][]> toParts;
    private final BiFunction<VlenParts, int[], NdArray> fromParts;

    private VlenCodec(
            String name,
            String element,
            DataType dataType,
            Function<NdArray, byte[][]> toParts,
            BiFunction<VlenParts, int[], NdArray> fromParts) {
        this.name = name;
        this.element = element;
        this.dataType = dataType;
        this.toParts = toParts;
        this.fromParts = fromParts;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(name);
    }

    @Override
    public Optional<String> objectionTo(DataType other, long... chunkShape) {
        return other.equals(dataType)
                ? Optional.empty()
                : Optional.of("codec " + name + " cannot encode data type " + other + "; use bytes");
    }

    @Override
    public SizeLimit encodedSize(DataType other, int... chunkShape) {
        return SizeLimit.UNKNOWN;
    }

    @Override
    public ByteBuffer encode(NdBox chunk, FillValue fill, Buffers buffers) {
        return VlenParts.encode(toParts.apply(chunk.toArray()), buffers);
    }

    @Override
    public NdArray decode(ByteBuffer encoded, FillValue fill, int... chunkShape) {
        VlenParts parts = new VlenParts(name, element, encoded, Shapes.elementCount(chunkShape));
        NdArray chunk = fromParts.apply(parts, chunkShape);
        parts.requireEnd();
        return chunk;
    }

    private static byte[][] encodedTexts(NdArray chunk) {
        String[] strings = chunk.strings();
        byte[][] encoded = new byte[strings.length][];
        for (int i = 0; i < strings.length; i++) {
            encoded[i] = strings[i].getBytes(StandardCharsets.UTF_8);
        }
        return encoded;
    }

    private static NdArray texts(VlenParts parts, int... chunkShape) {
        String[] strings = new String[parts.count()];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = text(parts.next(), i);
        }
        return NdArray.of(strings, chunkShape);
    }

    private static String text(ByteBuffer bytes, int position) {
        // The decoder reports malformed bytes, where the constructor of String would put replacement characters.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new CorruptChunkException(UTF8_NAME, "UTF-8 in text " + position, "other bytes", e);
        }
    }

    private static NdArray byteStrings(VlenParts parts, int... chunkShape) {
        byte[][] values = new byte[parts.count()][];
        for (int i = 0; i < values.length; i++) {
            ByteBuffer part = parts.next();
            values[i] = new byte[part.remaining()];
            part.get(values[i]);
        }
        return NdArray.of(values, chunkShape);
    }

    @Override
    public String toString() {
        return name;
    }
}
