package io.icestream.engine.zarr;

import java.nio.ByteBuffer;

/** Where a codec takes its output buffer from. */
@FunctionalInterface
interface Buffers {
    /** A buffer at position 0 with its limit at {@code size}; the content is undefined. */
    ByteBuffer take(int size);
}
