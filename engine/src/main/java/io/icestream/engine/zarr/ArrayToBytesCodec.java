package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A codec that turns elements into bytes. */
sealed interface ArrayToBytesCodec extends Codec permits BytesCodec, VlenCodec, ShardingCodec {
    /** What keeps this codec from encoding chunks of a data type and shape, or empty if nothing does. */
    Optional<String> objectionTo(DataType dataType, long... chunkShape);

    /** What is known of the size of an encoded chunk before it is encoded. */
    SizeLimit encodedSize(DataType dataType, int... chunkShape);

    /** Appends the encoded chunk to a buffer from {@code buffers}, and returns it ready for reading. */
    ByteBuffer encode(NdBox chunk, FillValue fill, Buffers buffers);

    /**
     * Reads a whole chunk of the data type that the fill value has.
     *
     * @throws CorruptChunkException if {@code encoded} does not hold exactly such a chunk
     */
    NdArray decode(ByteBuffer encoded, FillValue fill, int... chunkShape);

    /**
     * Reads a whole chunk into a box of its shape. What the box holds after an exception is undefined.
     *
     * @throws CorruptChunkException if {@code encoded} does not hold exactly such a chunk
     */
    default void decodeInto(ByteBuffer encoded, FillValue fill, NdBox target) {
        target.copyFrom(decode(encoded, fill, target.shapeUnsafe()));
    }
}
