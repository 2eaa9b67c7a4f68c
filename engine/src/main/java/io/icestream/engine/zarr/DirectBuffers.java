package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers that are used again and again. Thread-safe.
 *
 * <p>A new one is dear: it is filled with zeros, page by page, and its memory comes back only after a garbage collection. The one that was given back last is handed out
 * first, since the processor's cache may still hold it. What is idle is bounded; what is in use is bounded by who uses it.
 */
final class DirectBuffers {
    /** Larger ones are not kept. */
    static final int LARGEST_KEPT_BYTES = 16 << 20;

    private static final int STEP_BYTES = 1 << 16;

    private final long maxIdleBytes;
    private final Deque<ByteBuffer> idle = new ArrayDeque<>();
    private long idleBytes;

    /**
     * @param maxIdleBytes how much to keep of what nobody uses
     */
    DirectBuffers(long maxIdleBytes) {
        this.maxIdleBytes = maxIdleBytes;
    }

    /** A buffer of at least {@code size} bytes with undefined content; the caller's until it is given back. */
    ByteBuffer take(int size) {
        ByteBuffer kept = findIdle(size);
        return kept == null ? ByteBuffer.allocateDirect(capacityFor(size)) : kept;
    }

    private static int capacityFor(int size) {
        return size > LARGEST_KEPT_BYTES ? size : Math.max(1, (size + STEP_BYTES - 1) / STEP_BYTES) * STEP_BYTES;
    }

    private synchronized @Nullable ByteBuffer findIdle(int size) {
        long largest = Math.max(STEP_BYTES, 2L * size);
        for (Iterator<ByteBuffer> candidates = idle.iterator(); candidates.hasNext(); ) {
            ByteBuffer candidate = candidates.next();
            if (candidate.capacity() >= size && candidate.capacity() <= largest) {
                candidates.remove();
                idleBytes -= candidate.capacity();
                return candidate;
            }
        }
        return null;
    }

    /** Ends the use of a buffer that was taken here. What has been idle for longest makes room for it. */
    synchronized void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() > LARGEST_KEPT_BYTES) {
            return;
        }
        idle.addFirst(buffer);
        idleBytes += buffer.capacity();
        while (idleBytes > maxIdleBytes) {
            idleBytes -= idle.removeLast().capacity();
        }
    }
}
