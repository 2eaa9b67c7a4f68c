package io.icestream.engine.storage.cloud;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What one request sends, handed to the HTTP client block by block, so that no second copy of a large object is made. Thread-safe.
 *
 * <p>When nobody waits for the request any longer, the buffers are the caller's again, who may put something else into them: from
 * {@link #end} on, a client that still sends gets an exception instead of a block.
 */
final class Payload implements Iterable<byte[]> {
    private static final int BLOCK = 64 << 10;

    private final List<ByteBuffer> buffers;
    private final Progress progress;
    private boolean ended;

    Payload(List<ByteBuffer> buffers, Progress progress) {
        this.buffers = buffers;
        this.progress = progress;
    }

    /** Gives the buffers back. A block that is being copied is waited for. */
    synchronized void end() {
        ended = true;
    }

    /** The blocks from the first on; each call begins anew. */
    @Override
    public Iterator<byte[]> iterator() {
        return new Blocks();
    }

    private synchronized byte[] copyBlock(ByteBuffer buffer) {
        if (ended) {
            throw new IllegalStateException("the request has ended; its payload may be another one's by now");
        }
        byte[] block = new byte[Math.min(BLOCK, buffer.remaining())];
        buffer.get(block);
        return block;
    }

    private final class Blocks implements Iterator<byte[]> {
        private final Deque<ByteBuffer> rest = new ArrayDeque<>();

        Blocks() {
            buffers.stream().filter(ByteBuffer::hasRemaining).forEach(buffer -> rest.add(buffer.duplicate()));
        }

        @Override
        public boolean hasNext() {
            return !rest.isEmpty();
        }

        @Override
        public byte[] next() {
            ByteBuffer buffer = rest.peek();
            if (buffer == null) {
                throw new NoSuchElementException("the payload has been read");
            }
            byte[] block = copyBlock(buffer);
            if (!buffer.hasRemaining()) {
                rest.remove();
            }
            progress.moved();
            return block;
        }
    }
}
