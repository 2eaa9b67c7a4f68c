package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Arrays and codec chains for tests. */
final class Samples {
    private static final List<String> TEXTS = List.of("", "a", "Grüße", "日本語", "🧊", "with \0 zero");

    private Samples() {}

    /** Any bit pattern, NaN with payload included; bools are 0 or 1. */
    static NdArray random(DataType type, Random random, int... shape) {
        NdArray array = NdArray.allocate(type, shape);
        for (int i = 0; i < array.size() * type.slots(); i++) {
            switch (type) {
                case BOOL -> array.bytes()[i] = (byte) random.nextInt(2);
                case INT8, UINT8 -> array.bytes()[i] = (byte) random.nextInt();
                case INT16, UINT16, FLOAT16 -> array.shorts()[i] = (short) random.nextInt();
                case INT32, UINT32 -> array.ints()[i] = random.nextInt();
                case INT64, UINT64 -> array.longs()[i] = random.nextLong();
                case FLOAT32, COMPLEX64 -> array.floats()[i] = Float.intBitsToFloat(random.nextInt());
                case FLOAT64, COMPLEX128 -> array.doubles()[i] = Double.longBitsToDouble(random.nextLong());
                case STRING -> array.strings()[i] = TEXTS.get(random.nextInt(TEXTS.size()));
            }
        }
        return array;
    }

    /** The elements as little endian bytes, or length-prefixed UTF-8: what a comparison in every bit can go by. */
    static byte[] bits(NdArray array) {
        ByteBuffer bytes = CodecChain.uncompressed(array.dataType()).encode(array);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    /** A chain for each combination worth testing. */
    static Map<String, CodecChain> chains(DataType type) {
        Map<String, CodecChain> chains = new LinkedHashMap<>();
        for (Codec first : firstCodecs(type)) {
            String start = first.toJson() + " ";
            chains.put(start, CodecChain.of(first));
            chains.put(start + "zstd", CodecChain.of(first, Codec.zstd(3)));
            chains.put(start + "fast zstd with checksum", CodecChain.of(first, Codec.zstdWithChecksum(-5)));
            chains.put(start + "gzip", CodecChain.of(first, Codec.gzip(6)));
            chains.put(start + "stored gzip", CodecChain.of(first, Codec.gzip(0)));
            chains.put(start + "crc32c", CodecChain.of(first, Codec.crc32c()));
            chains.put(start + "zstd crc32c", CodecChain.of(first, Codec.zstd(1), Codec.crc32c()));
            chains.put(start + "crc32c zstd", CodecChain.of(first, Codec.crc32c(), Codec.zstd(1)));
            chains.put(
                    start + "all",
                    CodecChain.of(first, Codec.gzip(1), Codec.zstd(0), Codec.crc32c(), Codec.zstd(1), Codec.crc32c()));
        }
        return chains;
    }

    private static List<Codec> firstCodecs(DataType type) {
        if (type == DataType.STRING) {
            return List.of(Codec.vlenUtf8());
        }
        if (type.sizeBytes() == 1) {
            return List.of(Codec.bytes(), Codec.bytes(Endian.LITTLE));
        }
        return List.of(Codec.bytes(Endian.LITTLE), Codec.bytes(Endian.BIG));
    }
}
