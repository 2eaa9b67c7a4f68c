package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The codec {@code gzip}: one gzip member; on reading any sequence of them. The format carries a CRC-32 of its content.
 *
 * <p>Source: Zarr codec {@code gzip} 1.0; RFC 1952.
 *
 * @param level 0 to 9
 */
record GzipCodec(int level) implements BytesToBytesCodec {
    static final String NAME = "gzip";

    private static final int BLOCK_BYTES = 1 << 16;

    GzipCodec {
        if (level < 0 || level > 9) {
            throw new IllegalArgumentException("Invalid gzip level " + level + ": must be from 0 to 9");
        }
    }

    static GzipCodec parse(MetadataField configuration) {
        return new GzipCodec(configuration.member("level").asInt(0, 9));
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
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(decoded.remaining() / 2 + 64);
        try (OutputStream gzip = new LevelledGzip(encoded, level)) {
            byte[] block = new byte[Math.min(BLOCK_BYTES, Math.max(1, decoded.remaining()))];
            ByteBuffer source = decoded.duplicate();
            while (source.hasRemaining()) {
                int length = Math.min(block.length, source.remaining());
                source.get(block, 0, length);
                gzip.write(block, 0, length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to memory", e);
        }
        return ByteBuffer.wrap(encoded.toByteArray());
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, SizeLimit limit, Scratch scratch) {
        try (InputStream gzip = new GZIPInputStream(new BufferInput(encoded.duplicate()), BLOCK_BYTES)) {
            ByteArrayOutputStream decoded = new ByteArrayOutputStream(limit.exact() ? limit.maximum() : BLOCK_BYTES);
            byte[] block = new byte[BLOCK_BYTES];
            for (int length = gzip.read(block); length >= 0; length = gzip.read(block)) {
                if (length > limit.maximum() - decoded.size()) {
                    throw new CorruptChunkException(NAME, limit.describe() + " of content", "more");
                }
                decoded.write(block, 0, length);
            }
            if (limit.exact() && decoded.size() != limit.maximum()) {
                throw new CorruptChunkException(NAME, limit.describe() + " of content", decoded.size() + " bytes");
            }
            return ByteBuffer.wrap(decoded.toByteArray());
        } catch (IOException e) {
            throw new CorruptChunkException(
                    NAME,
                    "gzip members of " + limit.describe() + " of content",
                    encoded.remaining() + " bytes that do not decode (" + e.getMessage() + ")",
                    e);
        }
    }

    /** Sets the level, which the class of the JDK leaves at its default. */
    private static final class LevelledGzip extends GZIPOutputStream {
        LevelledGzip(OutputStream target, int level) throws IOException {
            super(target, BLOCK_BYTES);
            def.setLevel(level);
        }
    }

    /** Reads a buffer as a stream. */
    private static final class BufferInput extends InputStream {
        private final ByteBuffer source;

        BufferInput(ByteBuffer source) {
            this.source = source;
        }

        @Override
        public int read() {
            return source.hasRemaining() ? source.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length > 0 && !source.hasRemaining()) {
                return -1;
            }
            int count = Math.min(length, source.remaining());
            source.get(target, offset, count);
            return count;
        }

        @Override
        public int available() {
            return source.remaining();
        }
    }
}
