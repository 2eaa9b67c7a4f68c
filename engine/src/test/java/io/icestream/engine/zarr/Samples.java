package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Arrays and codec chains for tests. */
final class Samples {
    private static final List<String> TEXTS = List.of("", "a", "Grüße", "日本語", "🧊", "with \0 zero");

    private Samples() {}

    static List<DataType> plainTypes() {
        return DataType.plainTypes();
    }

    /** Every type without parameters, and one or two of each kind with some. */
    static List<DataType> types() {
        List<DataType> types = new ArrayList<>(plainTypes());
        types.add(DataType.rawBits(24));
        types.add(DataType.rawBytes(5));
        types.add(DataType.nullTerminatedBytes(6));
        types.add(DataType.fixedLengthUtf32(4));
        types.add(DataType.datetime64(TimeUnit64.NANOSECONDS, 1));
        types.add(DataType.datetime64(TimeUnit64.SECONDS, 10));
        types.add(DataType.timedelta64(TimeUnit64.HOURS, 1));
        types.add(record());
        return types;
    }

    /** Fields of all sizes, one a structure itself. */
    static DataType record() {
        DataType point = DataType.struct(
                List.of(new DataType.Field("x", DataType.FLOAT32), new DataType.Field("y", DataType.COMPLEX64)));
        return DataType.struct(List.of(
                new DataType.Field("flag", DataType.BOOL),
                new DataType.Field("count", DataType.INT16),
                new DataType.Field("at", point),
                new DataType.Field("name", DataType.fixedLengthUtf32(2)),
                new DataType.Field("tag", DataType.nullTerminatedBytes(3)),
                new DataType.Field("when", DataType.datetime64(TimeUnit64.MILLISECONDS, 1)),
                new DataType.Field("big", DataType.UINT64)));
    }

    /** Any bit pattern, NaN with payload included; bools are 0 or 1, texts and byte strings whole. */
    static NdArray random(DataType type, Random random, int... shape) {
        NdArray array = NdArray.allocate(type, shape);
        for (int i = 0; i < array.size(); i++) {
            setRandom(array, i, random);
        }
        return array;
    }

    private static void setRandom(NdArray array, int position, Random random) {
        int offset = position * array.dataType().slots();
        for (DataType.Field field : array.dataType().fields()) {
            byte[] value = bits(random(field.dataType(), random));
            System.arraycopy(value, 0, array.bytes(), offset, value.length);
            offset += value.length;
        }
        int slots = array.dataType().slots();
        for (int i = position * slots; i < (position + 1) * slots; i++) {
            switch (array.dataType().kind()) {
                case BOOL -> array.bytes()[i] = (byte) random.nextInt(2);
                case INT8, UINT8, RAW_BITS, RAW_BYTES, NULL_TERMINATED_BYTES ->
                    array.bytes()[i] = (byte) random.nextInt();
                case INT16, UINT16, FLOAT16 -> array.shorts()[i] = (short) random.nextInt();
                case INT32, UINT32 -> array.ints()[i] = random.nextInt();
                case FIXED_LENGTH_UTF32 -> array.ints()[i] = random.nextInt(0xd800);
                case INT64, UINT64, DATETIME64, TIMEDELTA64 -> array.longs()[i] = random.nextLong();
                case FLOAT32, COMPLEX64 -> array.floats()[i] = Float.intBitsToFloat(random.nextInt());
                case FLOAT64, COMPLEX128 -> array.doubles()[i] = Double.longBitsToDouble(random.nextLong());
                case STRING -> array.strings()[i] = TEXTS.get(random.nextInt(TEXTS.size()));
                case VARIABLE_LENGTH_BYTES -> {
                    array.byteStrings()[i] = new byte[random.nextInt(9)];
                    random.nextBytes(array.byteStrings()[i]);
                }
                case STRUCT -> {} // done field by field
            }
        }
    }

    /** The elements as little endian bytes, or length-prefixed UTF-8: what a comparison in every bit can go by. */
    static byte[] bits(NdArray array) {
        ByteBuffer bytes = CodecChain.uncompressed(array.dataType()).encode(array);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    /** A chain for each combination worth testing, for chunks of any rank. */
    static Map<String, CodecChain> chains(DataType type) {
        Map<String, CodecChain> chains = new LinkedHashMap<>();
        int size = type.isFixedSize() ? type.sizeBytes() : 1;
        for (Codec first : firstCodecs(type)) {
            String start = first.toJson() + " ";
            chains.put(start, CodecChain.of(first));
            chains.put(start + "zstd", CodecChain.of(first, Codec.zstd(3)));
            chains.put(start + "fast zstd with checksum", CodecChain.of(first, Codec.zstdWithChecksum(-5)));
            chains.put(start + "gzip", CodecChain.of(first, Codec.gzip(6)));
            chains.put(start + "stored gzip", CodecChain.of(first, Codec.gzip(0)));
            chains.put(start + "zlib", CodecChain.of(first, Codec.zlib(6)));
            chains.put(start + "crc32c", CodecChain.of(first, Codec.crc32c()));
            chains.put(start + "zstd crc32c", CodecChain.of(first, Codec.zstd(1), Codec.crc32c()));
            chains.put(start + "crc32c zstd", CodecChain.of(first, Codec.crc32c(), Codec.zstd(1)));
            chains.put(
                    start + "all",
                    CodecChain.of(first, Codec.gzip(1), Codec.zstd(0), Codec.crc32c(), Codec.zstd(1), Codec.crc32c()));
            if (type.isFixedSize()) {
                chains.put(start + "shuffle zlib", CodecChain.of(first, Codec.shuffle(size), Codec.zlib(1)));
            }
            for (Codec.BloscCompressor compressor : Codec.BloscCompressor.values()) {
                Codec.BloscShuffle shuffle = Codec.BloscShuffle.SHUFFLE;
                chains.put(
                        start + compressor + " " + shuffle,
                        CodecChain.of(first, Codec.blosc(compressor, 5, shuffle, size)));
            }
            for (Codec.BloscShuffle shuffle : Codec.BloscShuffle.values()) {
                chains.put(
                        start + "blosc zstd " + shuffle,
                        CodecChain.of(first, Codec.blosc(Codec.BloscCompressor.ZSTD, 1, shuffle, size)));
            }
        }
        return chains;
    }

    /** Chains that depend on the shape of the chunk, each length of which is even. */
    static Map<String, CodecChain> shapedChains(DataType type, int... chunkShape) {
        int rank = chunkShape.length;
        int[] order = IntStream.range(0, rank).map(d -> (d + 1) % rank).toArray();
        long[] inner = IntStream.range(0, rank)
                .mapToLong(d -> Math.max(1, chunkShape[d] / 2))
                .toArray();
        long[] turned = IntStream.of(order).mapToLong(d -> inner[d]).toArray();
        long[] ones = IntStream.range(0, rank).mapToLong(d -> 1).toArray();
        Map<String, CodecChain> chains = new LinkedHashMap<>();
        Codec first = firstCodecs(type).get(0);
        CodecChain compressed = CodecChain.of(first, Codec.zstd(1));
        CodecChain index = CodecChain.of(Codec.bytes(Endian.BIG));
        chains.put("transpose", CodecChain.of(Codec.transpose(order), first));
        chains.put("transpose twice", CodecChain.of(Codec.transpose(order), Codec.transpose(order), first));
        chains.put("shard", CodecChain.of(Codec.sharding(compressed, inner)));
        chains.put(
                "shard with its index first",
                CodecChain.of(Codec.sharding(CodecChain.of(first), index, Codec.IndexLocation.START, inner)));
        chains.put(
                "shard in shard",
                CodecChain.of(Codec.sharding(CodecChain.of(Codec.sharding(compressed, ones)), inner)));
        chains.put(
                "transposed shard of transposed chunks, compressed",
                CodecChain.of(
                        Codec.transpose(order),
                        Codec.sharding(CodecChain.of(Codec.transpose(order), first, Codec.crc32c()), turned),
                        Codec.zstd(1)));
        return chains;
    }

    private static List<Codec> firstCodecs(DataType type) {
        if (type.equals(DataType.STRING)) {
            return List.of(Codec.vlenUtf8());
        }
        if (type.equals(DataType.VARIABLE_LENGTH_BYTES)) {
            return List.of(Codec.vlenBytes());
        }
        if (type.unitBytes() == 1) {
            return List.of(Codec.bytes(), Codec.bytes(Endian.LITTLE));
        }
        return List.of(Codec.bytes(Endian.LITTLE), Codec.bytes(Endian.BIG));
    }
}
