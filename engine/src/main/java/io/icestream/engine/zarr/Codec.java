package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/**
 * One step of the way from a chunk's elements to its stored bytes, with its configuration. Immutable.
 *
 * <p>A {@link CodecChain} applies them.
 */
public sealed interface Codec permits ArrayToArrayCodec, ArrayToBytesCodec, BytesToBytesCodec, UnknownCodec {
    /** How blosc compresses a block. */
    enum BloscCompressor {
        /** Blosc's own. */
        BLOSCLZ,
        /** LZ4. */
        LZ4,
        /** LZ4, searched longer. */
        LZ4HC,
        /** Deflate in a zlib stream. */
        ZLIB,
        /** Zstandard. */
        ZSTD
    }

    /** What blosc does to a block before it compresses it. */
    enum BloscShuffle {
        /** Nothing. */
        NOSHUFFLE,
        /** First bytes of all elements first, then all second bytes, and so on. */
        SHUFFLE,
        /** The same with single bits. */
        BITSHUFFLE
    }

    /** Where in a shard its index is. */
    enum IndexLocation {
        /** Before the inner chunks. */
        START,
        /** Behind them. */
        END
    }

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
        return VlenCodec.UTF8;
    }

    /** Byte strings, each after its length, for data type variable_length_bytes. */
    static Codec vlenBytes() {
        return VlenCodec.BYTES;
    }

    /**
     * The dimensions in another order.
     *
     * @param order entry {@code i} is the dimension that becomes dimension {@code i} of what is encoded
     */
    static Codec transpose(int... order) {
        return new TransposeCodec(Arrays.stream(order).boxed().toList());
    }

    /**
     * A chunk as inner chunks with an index behind them, which is checked by CRC-32C; single inner chunks can be read.
     *
     * @param codecs what encodes an inner chunk
     * @param innerShape number of elements of an inner chunk in each dimension, of which the chunk shape is a multiple
     */
    static Codec sharding(CodecChain codecs, long... innerShape) {
        return sharding(codecs, CodecChain.of(bytes(Endian.LITTLE), crc32c()), IndexLocation.END, innerShape);
    }

    /**
     * A chunk as inner chunks with an index.
     *
     * @param codecs what encodes an inner chunk
     * @param indexCodecs what encodes the index, to a size that does not depend on what is in it
     * @param indexLocation where in the shard the index is
     * @param innerShape number of elements of an inner chunk in each dimension, of which the chunk shape is a multiple
     */
    static Codec sharding(CodecChain codecs, CodecChain indexCodecs, IndexLocation indexLocation, long... innerShape) {
        return new ShardingCodec(Arrays.stream(innerShape).boxed().toList(), codecs, indexCodecs, indexLocation);
    }

    /**
     * Blosc: blocks of 256 KiB, shuffled, then compressed.
     *
     * @param level 0 (stored) to 9 (smallest)
     * @param typeSize bytes of an element; shuffling goes by it
     */
    static Codec blosc(BloscCompressor compressor, int level, BloscShuffle shuffle, int typeSize) {
        return new BloscCodec(compressor, level, shuffle, typeSize, 0);
    }

    /**
     * Zlib, HDF5's deflate filter.
     *
     * @param level 0 (stored) to 9 (smallest)
     */
    static Codec zlib(int level) {
        return new ZlibCodec(level);
    }

    /**
     * HDF5's shuffle filter.
     *
     * @param elementSize bytes of an element
     */
    static Codec shuffle(int elementSize) {
        return new ShuffleCodec(elementSize);
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
