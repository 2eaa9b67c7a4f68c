package io.icestream.engine.storage.cloud;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Hands buffers to the HTTP client block by block, so that no second copy of a large object is made. */
final class PayloadBlocks implements Iterator<byte[]> {
    private static final int BLOCK = 64 << 10;

    private final Deque<ByteBuffer> rest = new ArrayDeque<>();
    private final Progress progress;

    PayloadBlocks(List<ByteBuffer> payload, Progress progress) {
        payload.stream().filter(ByteBuffer::hasRemaining).forEach(buffer -> rest.add(buffer.duplicate()));
        this.progress = progress;
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
        byte[] block = new byte[Math.min(BLOCK, buffer.remaining())];
        buffer.get(block);
        if (!buffer.hasRemaining()) {
            rest.remove();
        }
        progress.moved();
        return block;
    }
}
