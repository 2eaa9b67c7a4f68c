package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/** A codec that turns elements into bytes. */
sealed interface ArrayToBytesCodec extends Codec permits BytesCodec, VlenUtf8Codec {
    /** What keeps this codec from encoding a data type, or empty if nothing does. */
    Optional<String> objectionTo(DataType dataType);

    /** Encoded size of a chunk where it follows from data type and number of elements; such a chunk may be encoded into any buffer of that size. */
    OptionalInt encodedSize(DataType dataType, int elementCount);

    /** Appends the encoded chunk to a buffer from {@code buffers}, and returns it ready for reading. */
    ByteBuffer encode(NdArray chunk, Buffers buffers);

    /**
     * Reads a whole chunk.
     *
     * @throws CorruptChunkException if {@code encoded} does not hold exactly such a chunk
     */
    NdArray decode(ByteBuffer encoded, DataType dataType, int[] chunkShape);
}
