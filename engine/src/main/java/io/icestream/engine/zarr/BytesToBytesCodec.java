package io.icestream.engine.zarr;

import java.nio.ByteBuffer;

/** A codec that turns bytes into other bytes. */
sealed interface BytesToBytesCodec extends Codec
        permits ZstdCodec, GzipCodec, Crc32cCodec, BloscCodec, ZlibCodec, ShuffleCodec {
    /** What the size of the encoded bytes can be, given that of the decoded ones. */
    SizeLimit encodedSize(SizeLimit decoded);

    /** Encodes what {@code decoded} has remaining; the result is ready for reading. */
    ByteBuffer encode(ByteBuffer decoded, Scratch scratch);

    /**
     * Decodes what {@code encoded} has remaining; the result is ready for reading.
     *
     * @throws CorruptChunkException if the bytes are not what this codec makes, or more than {@code limit} allows
     */
    ByteBuffer decode(ByteBuffer encoded, SizeLimit limit, Scratch scratch);
}
