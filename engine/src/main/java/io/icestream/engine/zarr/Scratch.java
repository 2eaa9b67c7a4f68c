package io.icestream.engine.zarr;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Working memory of one encoding or decoding: direct buffers in turn and the contexts of zstd.
 *
 * <p>Both are dear to make and free of content worth keeping, so they are kept for the next chunk: at most as many as there are processors, each with at most
 * {@value #BUFFERS} buffers of {@value #KEPT_BYTES} bytes. One is used by one thread at a time, from {@link #borrow} to {@link #giveBack}.
 */
final class Scratch implements Buffers {
    /** A step reads one buffer and may need two more: a direct copy of its input, and its output. */
    private static final int BUFFERS = 3;

    private static final int KEPT_BYTES = 16 << 20;
    private static final BlockingQueue<Scratch> IDLE =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private final @Nullable ByteBuffer[] buffers = new @Nullable ByteBuffer[BUFFERS];
    private int next;
    private @Nullable ZstdCompressCtx compressor;
    private @Nullable ZstdDecompressCtx decompressor;

    private Scratch() {}

    static Scratch borrow() {
        Scratch idle = IDLE.poll();
        return idle == null ? new Scratch() : idle;
    }

    /** Ends the use of it and of all buffers taken from it. */
    void giveBack() {
        if (!IDLE.offer(this)) {
            close();
        }
    }

    private void close() {
        if (compressor != null) {
            compressor.close();
        }
        if (decompressor != null) {
            decompressor.close();
        }
    }

    /** {@inheritDoc} It is direct, and stays valid until {@value #BUFFERS} more were taken. */
    @Override
    public ByteBuffer take(int size) {
        next = (next + 1) % BUFFERS;
        ByteBuffer buffer = buffers[next];
        if (buffer == null || buffer.capacity() < size) {
            buffer = ByteBuffer.allocateDirect(size <= KEPT_BYTES ? roundedUp(size) : size);
            buffers[next] = size <= KEPT_BYTES ? buffer : null;
        }
        return buffer.clear().limit(size);
    }

    private static int roundedUp(int size) {
        return Math.max(1 << 16, size <= 1 ? 1 : Integer.highestOneBit(size - 1) << 1);
    }

    /** The same bytes in a direct buffer, copied if they are not yet; the position of {@code bytes} stays. */
    ByteBuffer direct(ByteBuffer bytes) {
        if (bytes.isDirect()) {
            return bytes.duplicate();
        }
        return take(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** The remaining bytes in an array of their own; the position stays. */
    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    ZstdCompressCtx compressor() {
        ZstdCompressCtx context = compressor;
        if (context == null) {
            context = new ZstdCompressCtx();
            compressor = context;
        }
        return context;
    }

    ZstdDecompressCtx decompressor() {
        ZstdDecompressCtx context = decompressor;
        if (context == null) {
            context = new ZstdDecompressCtx();
            decompressor = context;
        }
        return context;
    }
}
