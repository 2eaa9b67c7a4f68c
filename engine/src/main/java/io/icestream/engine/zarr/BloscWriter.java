package io.icestream.engine.zarr;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/** Encodes one blosc frame; see {@link BloscFrame} for its layout. Blocks are never split. */
final class BloscWriter {
    private static final int USUAL_BLOCK_BYTES = 256 << 10;
    private static final int LARGEST_ZSTD_LEVEL = 22;

    private final BloscCodec codec;
    private final Scratch scratch;

    BloscWriter(BloscCodec codec, Scratch scratch) {
        this.codec = codec;
        this.scratch = scratch;
    }

    ByteBuffer write(byte[] content) {
        if (content.length > Integer.MAX_VALUE - BloscFrame.HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "A chunk of " + content.length + " bytes is too large for blosc; choose a smaller chunk shape");
        }
        ByteBuffer stored = stored(content);
        return codec.level() == 0 || content.length == 0 ? stored : blocks(content, stored);
    }

    private ByteBuffer stored(byte[] content) {
        ByteBuffer frame =
                ByteBuffer.allocate(BloscFrame.HEADER_BYTES + content.length).order(ByteOrder.LITTLE_ENDIAN);
        header(frame, BloscFrame.STORED, content.length, Math.max(1, blockSize(content.length)), frame.capacity());
        return frame.put(BloscFrame.HEADER_BYTES, content);
    }

    private static void header(ByteBuffer frame, int flags, int size, int blockSize, int frameSize) {
        frame.put(0, (byte) BloscFrame.FORMAT)
                .put(1, (byte) BloscFrame.COMPRESSOR_FORMAT)
                .put(2, (byte) flags)
                .putInt(4, size)
                .putInt(8, blockSize)
                .putInt(12, frameSize);
    }

    /** The frame in blocks, written over the stored one if it is smaller than that. */
    private ByteBuffer blocks(byte[] content, ByteBuffer stored) {
        int typeSize = codec.shuffledSize();
        stored.put(3, (byte) typeSize);
        int blockSize = blockSize(content.length);
        int count = (content.length - 1) / blockSize + 1;
        byte[][] blocks = new byte[count][];
        long size = BloscFrame.HEADER_BYTES + (long) count * Integer.BYTES;
        for (int block = 0; block < count; block++) {
            int from = block * blockSize;
            int length = Math.min(blockSize, content.length - from);
            blocks[block] = compressed(shuffled(content, from, length));
            size += Integer.BYTES + blocks[block].length;
            if (size >= stored.capacity()) {
                return stored;
            }
        }
        return frame(content.length, blockSize, blocks, (int) size);
    }

    private ByteBuffer frame(int contentSize, int blockSize, byte[][] blocks, int size) {
        ByteBuffer frame = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        header(frame, flags(), contentSize, blockSize, size);
        frame.put(3, (byte) codec.shuffledSize());
        int at = BloscFrame.HEADER_BYTES + blocks.length * Integer.BYTES;
        for (int block = 0; block < blocks.length; block++) {
            frame.putInt(BloscFrame.HEADER_BYTES + block * Integer.BYTES, at);
            frame.putInt(at, blocks[block].length).put(at + Integer.BYTES, blocks[block]);
            at += Integer.BYTES + blocks[block].length;
        }
        return frame;
    }

    private int flags() {
        int compressor = switch (codec.compressor()) {
            case BLOSCLZ -> BloscFrame.BLOSCLZ;
            case LZ4, LZ4HC -> BloscFrame.LZ4;
            case ZLIB -> BloscFrame.ZLIB;
            case ZSTD -> BloscFrame.ZSTD;
        };
        int shuffle = switch (codec.shuffle()) {
            case NOSHUFFLE -> 0;
            case SHUFFLE -> BloscFrame.SHUFFLED;
            case BITSHUFFLE -> BloscFrame.BIT_SHUFFLED;
        };
        return (compressor << BloscFrame.COMPRESSOR_SHIFT) | BloscFrame.NOT_SPLIT | shuffle;
    }

    /** As configured or as usual, and in groups of eight elements, which is what bits are shuffled in. */
    private int blockSize(int size) {
        int wanted = codec.blockSize() > 0 ? codec.blockSize() : USUAL_BLOCK_BYTES;
        int group = 8 * codec.shuffledSize();
        int whole = wanted < group ? group : wanted / group * group;
        return Math.min(whole, size);
    }

    private byte[] shuffled(byte[] content, int from, int length) {
        int typeSize = codec.shuffledSize();
        byte[] block = new byte[length];
        if (codec.shuffle() == Codec.BloscShuffle.SHUFFLE && typeSize > 1) {
            Shuffles.shuffle(typeSize, content, from, length, block, 0);
        } else if (codec.shuffle() == Codec.BloscShuffle.BITSHUFFLE && length >= typeSize) {
            Shuffles.bitShuffle(typeSize, content, from, length, block, 0);
        } else {
            System.arraycopy(content, from, block, 0, length);
        }
        return block;
    }

    /** The compressed block, or the block itself if that is not smaller: a block of full length counts as not compressed. */
    private byte[] compressed(byte[] block) {
        byte[] compressed = switch (codec.compressor()) {
            case BLOSCLZ -> BloscLz.compress(block);
            case LZ4 -> lz4(LZ4Factory.safeInstance().fastCompressor(), block);
            case LZ4HC -> lz4(LZ4Factory.safeInstance().highCompressor(codec.level()), block);
            case ZLIB -> ZlibCodec.deflate(ByteBuffer.wrap(block), codec.level());
            case ZSTD -> zstd(block);
        };
        return compressed.length < block.length ? compressed : block;
    }

    private static byte[] lz4(LZ4Compressor compressor, byte[] block) {
        byte[] target = new byte[compressor.maxCompressedLength(block.length)];
        return Arrays.copyOf(target, compressor.compress(block, 0, block.length, target, 0, target.length));
    }

    private byte[] zstd(byte[] block) {
        byte[] target = new byte[Math.toIntExact(Zstd.compressBound(block.length))];
        ZstdCompressCtx context = scratch.compressor();
        context.setLevel(zstdLevel()).setChecksum(false).setContentSize(true);
        return Arrays.copyOf(target, context.compressByteArray(target, 0, target.length, block, 0, block.length));
    }

    /** Nine levels for twenty-two, as c-blosc spreads them. */
    private int zstdLevel() {
        return switch (codec.level()) {
            case 9 -> LARGEST_ZSTD_LEVEL;
            case 8 -> LARGEST_ZSTD_LEVEL - 2;
            default -> codec.level() * 2 - 1;
        };
    }
}
