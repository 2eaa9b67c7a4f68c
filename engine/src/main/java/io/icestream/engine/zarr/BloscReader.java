package io.icestream.engine.zarr;

import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Decodes one blosc frame; see {@link BloscFrame} for its layout. Every length is checked against the frame and the limit before it is used. */
final class BloscReader {
    /** Elements of more bytes are never split. */
    private static final int LARGEST_SPLIT = 16;

    /** Blocks of fewer elements are never split. */
    private static final int SMALLEST_SPLIT_ELEMENTS = 128;

    /** Not the native or unsafe one: damaged bytes must not get past the bounds checks of the JVM. */
    private static final LZ4SafeDecompressor LZ4 = LZ4Factory.safeInstance().safeDecompressor();

    private final byte[] frame;
    private final ByteBuffer numbers;
    private final SizeLimit limit;
    private final Scratch scratch;

    BloscReader(byte[] frame, SizeLimit limit, Scratch scratch) {
        this.frame = frame;
        this.numbers = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        this.limit = limit;
        this.scratch = scratch;
    }

    byte[] read() {
        if (frame.length < BloscFrame.HEADER_BYTES) {
            throw corrupt("a header of " + BloscFrame.HEADER_BYTES + " bytes", frame.length + " bytes");
        }
        if (frame[0] != BloscFrame.FORMAT && frame[0] != BloscFrame.FORMAT - 1) {
            throw corrupt("format version 2", "version " + (frame[0] & 0xff));
        }
        int size = numbers.getInt(4);
        int frameSize = numbers.getInt(12);
        if (size < 0 || !limit.allows(size)) {
            throw corrupt(limit.describe() + " of content", Integer.toUnsignedString(size) + " in the frame header");
        }
        if (frameSize != frame.length) {
            throw corrupt("a frame of " + Integer.toUnsignedString(frameSize) + " bytes", frame.length + " bytes");
        }
        return size == 0 ? new byte[0] : content(size);
    }

    private byte[] content(int size) {
        byte[] content;
        if ((frame[2] & BloscFrame.STORED) != 0) {
            if (frame.length - BloscFrame.HEADER_BYTES != size) {
                throw corrupt(size + " stored bytes", (frame.length - BloscFrame.HEADER_BYTES) + " bytes");
            }
            content = new byte[size];
            System.arraycopy(frame, BloscFrame.HEADER_BYTES, content, 0, size);
        } else {
            content = blocks(size);
        }
        return content;
    }

    private byte[] blocks(int size) {
        int blockSize = numbers.getInt(8);
        int typeSize = frame[3] & 0xff;
        if (blockSize < 1 || typeSize < 1) {
            throw corrupt(
                    "sizes of blocks and elements of at least 1",
                    Integer.toUnsignedString(blockSize) + " and " + typeSize);
        }
        int count = (size - 1) / blockSize + 1;
        if (count > (frame.length - BloscFrame.HEADER_BYTES) / Integer.BYTES) {
            throw corrupt("a table of " + count + " blocks", "a frame of " + frame.length + " bytes");
        }
        byte[] content = new byte[size];
        byte[] shuffled = new byte[Math.min(blockSize, size)];
        for (int block = 0; block < count; block++) {
            int to = block * blockSize;
            int length = Math.min(blockSize, size - to);
            int start = numbers.getInt(BloscFrame.HEADER_BYTES + block * Integer.BYTES);
            decodeBlock(start, length, length == blockSize, shuffled);
            unshuffle(typeSize, shuffled, length, content, to);
        }
        return content;
    }

    private void decodeBlock(int start, int length, boolean full, byte[] target) {
        int typeSize = frame[3] & 0xff;
        boolean split = (frame[2] & BloscFrame.NOT_SPLIT) == 0
                && full
                && typeSize <= LARGEST_SPLIT
                && length / typeSize >= SMALLEST_SPLIT_ELEMENTS;
        int parts = split ? typeSize : 1;
        int partLength = length / parts;
        if (partLength * parts != length) {
            throw corrupt("blocks of whole elements of " + typeSize + " bytes", "blocks of " + length + " bytes");
        }
        int at = start;
        for (int part = 0; part < parts; part++) {
            if (at < BloscFrame.HEADER_BYTES || at > frame.length - Integer.BYTES) {
                throw corrupt("a block inside the frame of " + frame.length + " bytes", "a block at byte " + at);
            }
            int stored = numbers.getInt(at);
            at += Integer.BYTES;
            if (stored < 0 || stored > frame.length - at) {
                throw corrupt("at most " + (frame.length - at) + " bytes of a block", Integer.toUnsignedString(stored));
            }
            decodePart(at, stored, target, part * partLength, partLength);
            at += stored;
        }
    }

    private void decodePart(int from, int stored, byte[] target, int to, int length) {
        if (stored == length) {
            System.arraycopy(frame, from, target, to, length);
            return;
        }
        int decoded;
        try {
            decoded = decompress(from, stored, target, to, length);
        } catch (ZstdException | LZ4Exception | DataFormatException | IndexOutOfBoundsException e) {
            throw new CorruptChunkException(
                    BloscCodec.NAME,
                    "a block of " + length + " bytes",
                    stored + " bytes that do not decode (" + e.getMessage() + ")",
                    e);
        }
        if (decoded != length) {
            throw corrupt("a block of " + length + " bytes", decoded + " bytes");
        }
    }

    private int decompress(int from, int stored, byte[] target, int to, int length) throws DataFormatException {
        int compressor = (frame[2] & 0xff) >>> BloscFrame.COMPRESSOR_SHIFT;
        return switch (compressor) {
            case BloscFrame.BLOSCLZ -> BloscLz.decompress(frame, from, stored, target, to, length);
            case BloscFrame.LZ4 -> LZ4.decompress(frame, from, stored, target, to, length);
            case BloscFrame.ZLIB -> inflate(from, stored, target, to, length);
            case BloscFrame.ZSTD -> scratch.decompressor().decompressByteArray(target, to, length, frame, from, stored);
            default -> throw corrupt("compressor blosclz, lz4, zlib or zstd", "compressor " + compressor);
        };
    }

    private int inflate(int from, int stored, byte[] target, int to, int length) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(frame, from, stored);
            int decoded = 0;
            while (!inflater.finished() && decoded < length) {
                int step = inflater.inflate(target, to + decoded, length - decoded);
                if (step == 0 && !inflater.finished()) {
                    return decoded;
                }
                decoded += step;
            }
            return decoded;
        } finally {
            inflater.end();
        }
    }

    private void unshuffle(int typeSize, byte[] block, int length, byte[] content, int to) {
        if ((frame[2] & BloscFrame.SHUFFLED) != 0 && typeSize > 1) {
            Shuffles.unshuffle(typeSize, block, 0, length, content, to);
        } else if ((frame[2] & BloscFrame.BIT_SHUFFLED) != 0 && length >= typeSize) {
            Shuffles.bitUnshuffle(typeSize, block, 0, length, content, to);
        } else {
            System.arraycopy(block, 0, content, to, length);
        }
    }

    private static CorruptChunkException corrupt(String expected, String found) {
        return new CorruptChunkException(BloscCodec.NAME, expected, found);
    }
}
