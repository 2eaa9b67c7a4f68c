package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The codec {@code numcodecs.zlib}, HDF5's deflate filter: one zlib stream, which ends with an Adler-32 of its content.
 *
 * <p>Source: numcodecs, class {@code Zlib}; RFC 1950; HDF5 filter 1.
 *
 * @param level 0 to 9, -1 for the library's default
 */
record ZlibCodec(int level) implements BytesToBytesCodec {
    static final String NAME = "numcodecs.zlib";

    private static final int BLOCK_BYTES = 1 << 16;

    ZlibCodec {
        if (level < -1 || level > 9) {
            throw new IllegalArgumentException("Invalid zlib level " + level + ": must be from -1 to 9");
        }
    }

    static ZlibCodec parse(MetadataField configuration) {
        MetadataField level = configuration.member("level");
        return new ZlibCodec(level.isPresent() ? level.asInt(-1, 9) : 1);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(NAME, configuration -> configuration.put("level", level));
    }

    @Override
    public SizeLimit encodedSize(SizeLimit decoded) {
        return decoded.compressed();
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Scratch scratch) {
        return ByteBuffer.wrap(deflate(decoded, level));
    }

    static byte[] deflate(ByteBuffer decoded, int level) {
        Deflater deflater = new Deflater(level);
        try {
            deflater.setInput(decoded.duplicate());
            deflater.finish();
            ByteArrayOutputStream encoded = new ByteArrayOutputStream(decoded.remaining() / 2 + 64);
            byte[] block = new byte[BLOCK_BYTES];
            while (!deflater.finished()) {
                encoded.write(block, 0, deflater.deflate(block));
            }
            return encoded.toByteArray();
        } finally {
            deflater.end();
        }
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, SizeLimit limit, Scratch scratch) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(encoded.duplicate());
            ByteArrayOutputStream decoded = new ByteArrayOutputStream(limit.exact() ? limit.maximum() : BLOCK_BYTES);
            byte[] block = new byte[BLOCK_BYTES];
            while (!inflater.finished()) {
                int length = inflater.inflate(block);
                if (length == 0 && !inflater.finished()) {
                    throw new CorruptChunkException(NAME, "the rest of a zlib stream", "the end of the bytes");
                }
                if (length > limit.maximum() - decoded.size()) {
                    throw new CorruptChunkException(NAME, limit.describe() + " of content", "more");
                }
                decoded.write(block, 0, length);
            }
            return checked(decoded.toByteArray(), inflater.getRemaining(), limit);
        } catch (DataFormatException e) {
            throw new CorruptChunkException(
                    NAME,
                    "a zlib stream of " + limit.describe() + " of content",
                    encoded.remaining() + " bytes that do not decode (" + e.getMessage() + ")",
                    e);
        } finally {
            inflater.end();
        }
    }

    private static ByteBuffer checked(byte[] decoded, int rest, SizeLimit limit) {
        if (rest > 0) {
            throw new CorruptChunkException(NAME, "the end of the zlib stream", rest + " more bytes");
        }
        if (!limit.allows(decoded.length)) {
            throw new CorruptChunkException(NAME, limit.describe() + " of content", decoded.length + " bytes");
        }
        return ByteBuffer.wrap(decoded);
    }
}
