package io.icestream.engine.format;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One zstd frame as the body of a file. Frames are written with content size and checksum. Frames without either are
 * read too, because other writers make them.
 *
 * <p>A damaged or hostile file may claim any size. Memory grows with what really comes out, and more than
 * {@value #MAX_RATIO} bytes per compressed byte (beyond {@value #ALWAYS_ALLOWED_BYTES}) is refused.
 */
final class ZstdFrame {
    private static final int MAX_RATIO = 2000;
    private static final long ALWAYS_ALLOWED_BYTES = 64L << 20;
    private static final int MAX_CONTENT_BYTES = Integer.MAX_VALUE - 64;
    private static final int TRUSTED_RATIO = 64;
    private static final int TRUSTED_SIZE_BYTES = 1 << 18;
    private static final int LARGEST_AT_ONCE_BYTES = 16 << 20;
    private static final int PART_BYTES = 1 << 20;
    private static final int EXPECTED_RATIO = 4;

    private ZstdFrame() {}

    /** The prefix, then one frame that holds what {@code source} has from {@code start} to its end. */
    static byte[] compress(byte[] source, int start, int level, byte[] prefix) {
        int length = source.length - start;
        if (prefix.length + Zstd.compressBound(length) > MAX_CONTENT_BYTES) {
            throw new IllegalArgumentException(
                    "Cannot compress " + length + " bytes into one file: the limit is 2 GiB");
        }
        return length > LARGEST_AT_ONCE_BYTES
                ? compressInParts(source, start, level, prefix)
                : compressAtOnce(source, start, level, prefix);
    }

    private static byte[] compressAtOnce(byte[] source, int start, int level, byte[] prefix) {
        int length = source.length - start;
        byte[] target = new byte[prefix.length + (int) Zstd.compressBound(length)];
        System.arraycopy(prefix, 0, target, 0, prefix.length);
        int room = target.length - prefix.length;
        int size = ZstdContexts.with(
                level, context -> context.compressByteArray(target, prefix.length, room, source, start, length));
        return Arrays.copyOf(target, prefix.length + size);
    }

    /** The same frame, with memory for little more than what comes out. */
    private static byte[] compressInParts(byte[] source, int start, int level, byte[] prefix) {
        GrowingBytes target = new GrowingBytes(prefix, source.length / EXPECTED_RATIO, MAX_CONTENT_BYTES);
        ByteBuffer in = ByteBuffer.allocateDirect(PART_BYTES);
        ByteBuffer out = ByteBuffer.allocateDirect(PART_BYTES);
        try (ZstdCompressCtx context = ZstdContexts.create(level)) {
            context.setPledgedSrcSize(source.length - start);
            for (int next = start; next < source.length; next += PART_BYTES) {
                int length = Math.min(PART_BYTES, source.length - next);
                in.clear().put(source, next, length).flip();
                boolean last = next + length == source.length;
                compressPart(context, in, out, last ? EndDirective.END : EndDirective.CONTINUE, target);
            }
        }
        return target.toArray();
    }

    private static void compressPart(
            ZstdCompressCtx context, ByteBuffer in, ByteBuffer out, EndDirective end, GrowingBytes target) {
        boolean flushed;
        do {
            out.clear();
            flushed = context.compressDirectByteBufferStream(out, in, end);
            target.add(out.flip());
        } while (in.hasRemaining() || (end == EndDirective.END && !flushed));
    }

    /** The content of the one frame that reaches from {@code start} to the end of {@code file}. */
    static byte[] decompress(byte[] file, int start, String object) {
        int length = file.length - start;
        checkOneFrame(file, start, length, object);
        long claimed = Zstd.getFrameContentSize(file, start, length);
        long limit = Math.min(MAX_CONTENT_BYTES, Math.max(ALWAYS_ALLOWED_BYTES, (long) MAX_RATIO * length));
        if (claimed > limit) {
            throw tooLarge(object, start, limit);
        }
        if (claimed >= 0 && claimed <= Math.max(TRUSTED_SIZE_BYTES, (long) TRUSTED_RATIO * length)) {
            return decompressKnown(file, start, length, (int) claimed, object);
        }
        return decompressGrowing(file, start, length, limit, object);
    }

    private static void checkOneFrame(byte[] file, int start, int length, String object) {
        long frame = frameSize(file, start, length, object);
        if (frame != length) {
            throw new CorruptObjectException(
                    object, start + frame, "the end of the file", (length - frame) + " more bytes");
        }
    }

    private static long frameSize(byte[] file, int start, int length, String object) {
        if (length == 0) {
            throw new CorruptObjectException(object, start, "one whole zstd frame", "the end of the file");
        }
        try {
            return Zstd.findFrameCompressedSize(file, start, length);
        } catch (ZstdException e) {
            throw new CorruptObjectException(object, start, "one whole zstd frame", String.valueOf(e.getMessage()));
        }
    }

    private static byte[] decompressKnown(byte[] file, int start, int length, int claimed, String object) {
        byte[] content = new byte[claimed];
        long size;
        try {
            size = Zstd.decompressByteArray(content, 0, claimed, file, start, length);
        } catch (ZstdException e) {
            throw broken(object, start, e);
        }
        if (Zstd.isError(size) || size != claimed) {
            throw new CorruptObjectException(
                    object,
                    start,
                    "a zstd frame of " + claimed + " bytes",
                    Zstd.isError(size) ? Zstd.getErrorName(size) : size + " bytes");
        }
        return content;
    }

    private static byte[] decompressGrowing(byte[] file, int start, int length, long limit, String object) {
        byte[] content = new byte[TRUSTED_SIZE_BYTES];
        int size = 0;
        try (ZstdInputStreamNoFinalizer stream =
                new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(file, start, length))) {
            int read = stream.read(content, 0, content.length);
            while (read >= 0) {
                size += read;
                if (size > limit) {
                    throw tooLarge(object, start, limit);
                }
                if (size == content.length) {
                    content = Arrays.copyOf(content, (int) Math.min(MAX_CONTENT_BYTES, 2L * size));
                }
                read = stream.read(content, size, content.length - size);
            }
        } catch (IOException e) {
            throw broken(object, start, e);
        }
        return Arrays.copyOf(content, size);
    }

    private static CorruptObjectException broken(String object, int start, Exception cause) {
        CorruptObjectException corrupt =
                new CorruptObjectException(object, start, "a zstd frame", String.valueOf(cause.getMessage()));
        corrupt.addSuppressed(cause);
        return corrupt;
    }

    private static CorruptObjectException tooLarge(String object, int start, long limit) {
        return new CorruptObjectException(
                object, start, "at most " + limit + " bytes of content for a file of this size", "more");
    }
}
