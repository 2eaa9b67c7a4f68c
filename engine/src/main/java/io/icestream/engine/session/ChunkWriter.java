package io.icestream.engine.session;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkReference;
import java.nio.ByteBuffer;

/** Stores the bytes of one chunk: inline up to the threshold of the configuration, else in an object of its own. */
public final class ChunkWriter {
    private ChunkWriter() {}

    /**
     * Stores bytes. Cost: none for an inline chunk, else one request. Thread-safe.
     *
     * @param context what sessions work with
     * @param stored the bytes as they are to be read back; not empty
     * @return where they are; any session of the repository may attach it
     * @throws IllegalArgumentException if there are no bytes
     */
    public static ChunkReference write(SessionContext context, ByteBuffer stored) {
        checkLength(stored.remaining());
        if (stored.remaining() <= context.config().inlineChunkThresholdBytes()) {
            return new ChunkReference.Inline(Bytes.copyOf(stored));
        }
        return context.assets().writeChunk(stored);
    }

    static void checkLength(long lengthBytes) {
        if (lengthBytes == 0) {
            throw new IllegalArgumentException(
                    "Invalid chunk: it has no bytes; delete the chunk to make it read as the fill value");
        }
    }
}
