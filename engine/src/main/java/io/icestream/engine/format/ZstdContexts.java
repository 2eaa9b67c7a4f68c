package io.icestream.engine.format;

import com.github.luben.zstd.ZstdCompressCtx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.ToIntFunction;

/**
 * Compression contexts to be used again: each takes about a megabyte of memory outside of the heap, which costs more to
 * get and to clear than a small file takes to compress. Thread-safe; as many are kept as there are processors, for as
 * long as the process lives.
 */
final class ZstdContexts {
    private static final BlockingQueue<ZstdCompressCtx> IDLE =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private ZstdContexts() {}

    /** Does one call with a context that makes frames with content size and checksum. */
    static int with(int level, ToIntFunction<ZstdCompressCtx> call) {
        ZstdCompressCtx idle = IDLE.poll();
        ZstdCompressCtx context = idle == null ? create(level) : idle.setLevel(level);
        boolean done = false;
        try {
            int result = call.applyAsInt(context);
            done = true;
            return result;
        } finally {
            if (!done || !IDLE.offer(context)) {
                context.close();
            }
        }
    }

    /** A context to be closed. */
    static ZstdCompressCtx create(int level) {
        return new ZstdCompressCtx().setLevel(level).setChecksum(true).setContentSize(true);
    }
}
