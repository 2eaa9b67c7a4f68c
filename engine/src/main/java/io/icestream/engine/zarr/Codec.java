package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One step of the way from a chunk's elements to its stored bytes, with its configuration. Immutable.
 *
 * <p>A {@link CodecChain} applies them.
 */
public sealed interface Codec permits ArrayToBytesCodec, BytesToBytesCodec, UnknownCodec {
    /** The name in Zarr metadata. */
    String name();

    /** The entry of the metadata's {@code codecs}. */
    JsonNode toJson();

    /** Numbers one after the other in C order, for data types of fixed size. */
    static Codec bytes(Endian endian) {
        return new BytesCodec(endian);
    }

    /** Elements of one byte each in C order; there is no byte order to choose. */
    static Codec bytes() {
        return new BytesCodec(null);
    }

    /** Texts in UTF-8, each after its length, for data type string. */
    static Codec vlenUtf8() {
        return new VlenUtf8Codec();
    }

    /**
     * Zstandard without a checksum of the content.
     *
     * @param level -131072 (fastest) to 22 (smallest); 0 stands for the library's default, 3
     */
    static Codec zstd(int level) {
        return new ZstdCodec(level, false);
    }

    /**
     * Zstandard with a checksum of the content in each frame, which finds damage when reading.
     *
     * @param level -131072 (fastest) to 22 (smallest); 0 stands for the library's default, 3
     */
    static Codec zstdWithChecksum(int level) {
        return new ZstdCodec(level, true);
    }

    /**
     * Gzip, for readers that have nothing better.
     *
     * @param level 0 (stored) to 9 (smallest)
     */
    static Codec gzip(int level) {
        return new GzipCodec(level);
    }

    /** Four bytes of CRC-32C behind the data. */
    static Codec crc32c() {
        return new Crc32cCodec();
    }
}
