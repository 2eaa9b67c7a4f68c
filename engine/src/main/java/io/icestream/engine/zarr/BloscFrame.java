package io.icestream.engine.zarr;

/**
 * Layout of a c-blosc 1 frame. Numbers are little endian.
 *
 * <pre>
 *  0  u8   version of the format: 2
 *  1  u8   version of the compressor's format: 1
 *  2  u8   flags: 1 bytes shuffled, 2 stored, 4 bits shuffled, 16 blocks not split; compressor in the upper three bits
 *  3  u8   bytes of an element
 *  4  u32  bytes of content
 *  8  u32  bytes of a block before compression
 * 12  u32  bytes of the frame
 * 16  stored: the content; otherwise
 *     u32  per block: where it starts in the frame
 *     then per block, once or for each byte of an element: u32 length, that many bytes; not compressed if the length is the full one
 * </pre>
 */
final class BloscFrame {
    static final int HEADER_BYTES = 16;
    static final int FORMAT = 2;
    static final int COMPRESSOR_FORMAT = 1;

    static final int SHUFFLED = 1;
    static final int STORED = 2;
    static final int BIT_SHUFFLED = 4;
    static final int NOT_SPLIT = 16;
    static final int COMPRESSOR_SHIFT = 5;

    static final int BLOSCLZ = 0;
    static final int LZ4 = 1;
    static final int ZLIB = 3;
    static final int ZSTD = 4;

    private BloscFrame() {}
}
