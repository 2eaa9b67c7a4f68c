package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one chunk to be stored, in memory that serves the next chunk once this one is closed. Made by {@link ArrayMetadata#encodeChunkFrom}; used by one thread at a
 * time.
 *
 * <p>So a large array is stored without a copy and without garbage between encoding a chunk and handing it to the storage.
 */
public final class EncodedChunk implements AutoCloseable {
    private final ByteBuffer bytes;
    private @Nullable Runnable release;
    private boolean closed;

    /**
     * @param bytes the encoded chunk from position to limit
     * @param release ends the use of its memory; null if nobody else waits for that
     */
    EncodedChunk(ByteBuffer bytes, @Nullable Runnable release) {
        this.bytes = bytes.slice().asReadOnlyBuffer();
        this.release = release;
    }

    /**
     * The bytes to store; valid until {@link #close}.
     *
     * @return a read-only view, from position 0
     * @throws IllegalStateException if the chunk has been closed
     */
    public ByteBuffer bytes() {
        if (closed) {
            throw new IllegalStateException("This encoded chunk has been closed; its memory may hold another one");
        }
        return bytes.duplicate();
    }

    /** Gives the memory back. Closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        Runnable once = release;
        release = null;
        if (once != null) {
            once.run();
        }
    }
}
