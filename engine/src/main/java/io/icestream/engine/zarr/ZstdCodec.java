package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/**
 * The codec {@code zstd}: one Zstandard frame that states its content size; on reading any sequence of frames.
 *
 * <p>Source: Zarr extensions, codec {@code zstd}; RFC 8878.
 *
 * @param level compression level
 * @param checksum whether each frame ends with a checksum of its content
 */
record ZstdCodec(int level, boolean checksum) implements BytesToBytesCodec {
    static final String NAME = "zstd";

    private static final int SMALLEST_LEVEL = -131072;
    private static final int LARGEST_LEVEL = 22;
    private static final int SMALLEST_GUESS_BYTES = 1 << 16;
    private static final int LARGEST_GUESS_BYTES = 16 << 20;

    ZstdCodec {
        if (level < SMALLEST_LEVEL || level > LARGEST_LEVEL) {
            throw new IllegalArgumentException(
                    "Invalid zstd level " + level + ": must be from " + SMALLEST_LEVEL + " to " + LARGEST_LEVEL);
        }
    }

    static ZstdCodec parse(MetadataField configuration) {
        MetadataField level = configuration.member("level");
        MetadataField checksum = configuration.member("checksum");
        if (checksum.isPresent() && !checksum.node().isBoolean()) {
            throw checksum.expected("true or false");
        }
        return new ZstdCodec(
                level.isPresent() ? level.asInt(SMALLEST_LEVEL, LARGEST_LEVEL) : 0,
                checksum.node().asBoolean(false));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(
                NAME, configuration -> configuration.put("level", level).put("checksum", checksum));
    }

    @Override
    public SizeLimit encodedSize(SizeLimit decoded) {
        return decoded.compressed();
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Scratch scratch) {
        ByteBuffer source = scratch.direct(decoded);
        long bound = Zstd.compressBound(source.remaining());
        if (bound > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "A chunk of " + source.remaining() + " bytes is too large for zstd; choose a smaller chunk shape");
        }
        ByteBuffer target = scratch.take((int) bound);
        ZstdCompressCtx context = scratch.compressor();
        context.setLevel(level).setChecksum(checksum).setContentSize(true);
        int size = context.compressDirectByteBuffer(
                target, 0, target.limit(), source, source.position(), source.remaining());
        return target.limit(size);
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, SizeLimit limit, Scratch scratch) {
        ByteBuffer source = scratch.direct(encoded);
        long declared = Zstd.getDirectByteBufferFrameContentSize(source, source.position(), source.remaining());
        if (declared > limit.maximum()) {
            throw new CorruptChunkException(NAME, limit.describe() + " of content", declared + " in the frame header");
        }
        try {
            return limit.exact()
                    ? decodeExactly(source, limit, scratch)
                    : decodeGrowing(source, limit, scratch, firstGuess(declared, limit));
        } catch (ZstdException e) {
            throw new CorruptChunkException(
                    NAME,
                    "zstd frames of " + limit.describe() + " of content",
                    encoded.remaining() + " bytes that do not decode (" + e.getMessage() + ")",
                    e);
        }
    }

    private static ByteBuffer decodeExactly(ByteBuffer source, SizeLimit limit, Scratch scratch) {
        ByteBuffer target = scratch.take(limit.maximum());
        int size = scratch.decompressor()
                .decompressDirectByteBuffer(target, 0, target.limit(), source, source.position(), source.remaining());
        if (size != limit.maximum()) {
            throw new CorruptChunkException(NAME, limit.describe() + " of content", size + " bytes");
        }
        return target;
    }

    private static int firstGuess(long declared, SizeLimit limit) {
        long wanted = Math.max(SMALLEST_GUESS_BYTES, Math.min(declared + 1, LARGEST_GUESS_BYTES));
        return Math.min(roomFor(limit), (int) wanted);
    }

    /** One byte more than is allowed, so that content of just the largest size does not look like more. */
    private static int roomFor(SizeLimit limit) {
        return limit.maximum() == Integer.MAX_VALUE ? Integer.MAX_VALUE : limit.maximum() + 1;
    }

    /** Memory follows what really comes out, whatever a header claims. */
    private static ByteBuffer decodeGrowing(ByteBuffer source, SizeLimit limit, Scratch scratch, int firstGuess) {
        ZstdDecompressCtx context = scratch.decompressor();
        context.reset();
        ByteBuffer target = scratch.take(firstGuess);
        boolean frameEnded = false;
        while (source.hasRemaining() || !frameEnded) {
            int consumedBefore = source.position();
            int producedBefore = target.position();
            frameEnded = context.decompressDirectByteBufferStream(target, source);
            if (!target.hasRemaining()) {
                target = grown(target, limit);
            } else if (consumedBefore == source.position() && producedBefore == target.position()) {
                throw new CorruptChunkException(NAME, "the rest of a frame", "the end of the bytes");
            }
        }
        if (target.position() > limit.maximum()) {
            throw new CorruptChunkException(NAME, limit.describe() + " of content", "more");
        }
        return target.flip();
    }

    /** Not from the scratch buffers, since one of them may hold the source. */
    private static ByteBuffer grown(ByteBuffer full, SizeLimit limit) {
        if (full.position() >= roomFor(limit)) {
            throw new CorruptChunkException(NAME, limit.describe() + " of content", "more");
        }
        int size = (int) Math.min(roomFor(limit), 2L * full.position());
        return ByteBuffer.allocateDirect(size).put(full.flip());
    }
}
