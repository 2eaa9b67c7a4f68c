package io.icestream.engine.zarr;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Working memory of one encoding or decoding: direct buffers in turn and the contexts of zstd.
 *
 * <p>Both are dear to make and free of content worth keeping, so they are kept for the next chunk: of the contexts at most as many as there are processors, of the buffers
 * {@value #BUFFERS} of {@code DirectBuffers.LARGEST_KEPT_BYTES} bytes for each processor. One is used by one thread at a time, from {@link #borrow} to {@link #giveBack}; the
 * buffer that is to be stored may stay in use for longer ({@link #keep}).
 */
final class Scratch implements Buffers {
    /** A step reads one buffer and may need two more: a direct copy of its input, and its output. */
    private static final int BUFFERS = 3;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final DirectBuffers POOL =
            new DirectBuffers((long) PROCESSORS * BUFFERS * DirectBuffers.LARGEST_KEPT_BYTES);
    private static final BlockingQueue<Scratch> IDLE = new ArrayBlockingQueue<>(PROCESSORS);

    private final @Nullable ByteBuffer[] buffers = new @Nullable ByteBuffer[BUFFERS];
    private int next;
    private @Nullable ZstdCompressCtx compressor;
    private @Nullable ZstdDecompressCtx decompressor;

    private Scratch() {}

    static Scratch borrow() {
        Scratch idle = IDLE.poll();
        return idle == null ? new Scratch() : idle;
    }

    /** Ends the use of it and of all buffers taken from it that are not kept. */
    void giveBack() {
        for (ByteBuffer buffer : buffers) {
            if (buffer != null) {
                POOL.giveBack(buffer);
            }
        }
        Arrays.fill(buffers, null);
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
            if (buffer != null) {
                POOL.giveBack(buffer);
            }
            buffer = POOL.take(size);
            buffers[next] = buffer;
        }
        return buffer.clear().limit(size).order(ByteOrder.BIG_ENDIAN);
    }

    /** Where to put what is stored without a further step: as {@link #take}, but what is too large to be kept is garbage that the heap knows of. */
    ByteBuffer takeToStore(int size) {
        return size > DirectBuffers.LARGEST_KEPT_BYTES ? ByteBuffer.allocate(size) : take(size);
    }

    /**
     * Keeps the outcome of an encoding beyond the end of this scratch.
     *
     * @param encoded what the last step gave: a buffer taken here, or one of the heap
     */
    EncodedChunk keep(ByteBuffer encoded) {
        for (int i = 0; i < BUFFERS; i++) {
            ByteBuffer buffer = buffers[i];
            if (isSame(buffer, encoded)) {
                buffers[i] = null;
                return new EncodedChunk(encoded, () -> POOL.giveBack(encoded));
            }
        }
        if (encoded.isDirect()) {
            throw new IllegalArgumentException(
                    "What is to be kept is a part of a buffer, not the buffer that was taken");
        }
        return new EncodedChunk(encoded, null);
    }

    @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
    private static boolean isSame(@Nullable ByteBuffer one, ByteBuffer other) {
        return one == other;
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
