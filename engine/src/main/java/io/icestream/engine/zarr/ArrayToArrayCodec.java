package io.icestream.engine.zarr;

import java.util.Optional;

/** A codec that turns elements into other elements, before they are turned into bytes. */
sealed interface ArrayToArrayCodec extends Codec permits TransposeCodec {
    /** What keeps this codec from encoding chunks with so many dimensions, or empty if nothing does. */
    Optional<String> objectionTo(int rank);

    /** Shape of an encoded chunk. */
    long[] encodedShape(long... shape);

    /** Encodes a whole chunk into a new array. */
    NdArray encode(NdArray decoded);

    /** Decodes a whole chunk into a new array. */
    NdArray decode(NdArray encoded);
}
