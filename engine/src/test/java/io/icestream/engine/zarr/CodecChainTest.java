package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecChainTest {
    private static final long SEED = 20261121;

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void decodesWhatItEncoded(DataType type) {
        Random random = new Random(SEED);
        for (Map.Entry<String, CodecChain> entry : Samples.chains(type).entrySet()) {
            for (int[] shape : new int[][] {{}, {1}, {17}, {5, 3}, {2, 3, 4, 5}, {60, 70}}) {
                NdArray chunk = Samples.random(type, random, shape);
                ByteBuffer encoded = entry.getValue().encode(chunk);
                for (ByteBuffer stored : placements(encoded)) {
                    int position = stored.position();
                    NdArray decoded = entry.getValue().decode(stored, type, shape);
                    assertThat(Samples.bits(decoded))
                            .as("%s, shape %s, seed %d", entry.getKey(), Arrays.toString(shape), SEED)
                            .isEqualTo(Samples.bits(chunk));
                    assertThat(stored.position()).isEqualTo(position);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void decodesShardsAndTransposedChunks(DataType type) {
        Random random = new Random(SEED);
        FillValue fill = FillValue.of(Samples.random(type, random));
        for (int[] shape : new int[][] {{}, {8}, {4, 6}, {2, 4, 6}}) {
            for (Map.Entry<String, CodecChain> entry :
                    Samples.shapedChains(type, shape).entrySet()) {
                NdArray chunk = NdArray.filled(fill, shape);
                int[] some = Arrays.stream(shape).map(length -> length / 2).toArray();
                Samples.random(type, random, some).copyRegion(new int[some.length], chunk, some, some);
                NdArray decoded = entry.getValue().decode(entry.getValue().encode(chunk, fill), fill, shape);
                assertThat(Samples.bits(decoded))
                        .as("%s, shape %s, seed %d", entry.getKey(), Arrays.toString(shape), SEED)
                        .isEqualTo(Samples.bits(chunk));
            }
        }
    }

    /** Every bit of every byte, in chains of every codec: nothing but an element of the type or the one exception comes out, and soon. */
    @ParameterizedTest
    @ValueSource(strings = {"INT16", "STRING", "VARIABLE_LENGTH_BYTES"})
    void survivesDamageToEveryByte(DataType type) {
        NdArray chunk = NdArray.allocate(type, 4, 36);
        Samples.random(type, new Random(SEED), 2, 9).copyRegion(new int[2], chunk, new int[2], new int[] {2, 9});
        Map<String, CodecChain> chains = new LinkedHashMap<>(Samples.chains(type));
        chains.putAll(Samples.shapedChains(type, 4, 36));
        for (Map.Entry<String, CodecChain> entry : chains.entrySet()) {
            byte[] stored = toBytes(entry.getValue().encode(chunk));
            for (int at = 0; at < stored.length; at++) {
                for (int change : new int[] {1, 0x80, 0xff}) {
                    byte[] damaged = stored.clone();
                    damaged[at] ^= (byte) change;
                    try {
                        entry.getValue().decode(ByteBuffer.wrap(damaged), type, 4, 36);
                    } catch (CorruptChunkException e) {
                        assertThat(e).hasMessageStartingWith("Corrupt chunk (codec ");
                    }
                }
            }
        }
    }

    @Test
    void compressesLongRunsInBlocksAndReadsThemBack() {
        Random random = new Random(SEED);
        for (int size : new int[] {1, 7, 127, 128, 129, 70_000, 300_001}) {
            short[] values = new short[size];
            for (int i = 0; i < size; i++) {
                values[i] = (short) (i / 9 % 50 + (random.nextInt(200) == 0 ? random.nextInt() : 0));
            }
            NdArray chunk = NdArray.of(values, size);
            for (Map.Entry<String, CodecChain> entry :
                    Samples.chains(DataType.INT16).entrySet()) {
                ByteBuffer stored = entry.getValue().encode(chunk);
                assertThat(entry.getValue().decode(stored, DataType.INT16, size).shorts())
                        .as("%s, size %d, seed %d", entry.getKey(), size, SEED)
                        .isEqualTo(values);
                if (size > 1000 && entry.getKey().contains("LZ")) {
                    assertThat(stored.remaining()).as(entry.getKey()).isLessThan(size);
                }
            }
        }
    }

    /** Read-only heap, writable heap at an offset, and direct memory at an offset. */
    private static List<ByteBuffer> placements(ByteBuffer encoded) {
        int size = encoded.remaining();
        ByteBuffer heap = ByteBuffer.allocate(size + 9)
                .position(5)
                .put(encoded.duplicate())
                .flip()
                .position(5);
        ByteBuffer direct = ByteBuffer.allocateDirect(size + 9)
                .position(3)
                .put(encoded.duplicate())
                .flip()
                .position(3);
        return List.of(encoded, heap, direct);
    }

    @Test
    void handsOutReadOnlyBuffersOfTheirOwn() {
        NdArray chunk = NdArray.of(new double[] {1, 2, 3}, 3);
        for (CodecChain chain : Samples.chains(DataType.FLOAT64).values()) {
            ByteBuffer first = chain.encode(chunk);
            ByteBuffer before = ByteBuffer.allocate(first.remaining())
                    .put(first.duplicate())
                    .flip();
            chain.encode(NdArray.of(new double[] {4, 5, 6}, 3));
            assertThat(first.isReadOnly()).isTrue();
            assertThat(first).isEqualTo(before);
        }
    }

    @Test
    void serialisesConcurrentUse() throws Exception {
        CodecChain chain = CodecChain.of(Codec.bytes(Endian.LITTLE), Codec.zstdWithChecksum(3), Codec.crc32c());
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                long seed = i;
                tasks.add(() -> {
                    NdArray chunk = Samples.random(DataType.INT32, new Random(seed), 1000 + (int) seed);
                    NdArray decoded = chain.decode(chain.encode(chunk), DataType.INT32, chunk.shape());
                    return Arrays.equals(decoded.ints(), chunk.ints());
                });
            }
            for (Future<Boolean> result : executor.invokeAll(tasks)) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void refusesCodecsInAWrongOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecChain.of(Codec.zstd(3)))
                .withMessageContaining("first codec");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecChain.of(Codec.bytes(), Codec.gzip(1), Codec.bytes()))
                .withMessage("Invalid codecs [bytes, gzip, bytes]: codec bytes must come first");
        assertThatIllegalArgumentException().isThrownBy(CodecChain::of);
    }

    @Test
    void refusesADataTypeThatItCannotEncode() {
        NdArray text = NdArray.of(new String[] {"a"}, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecChain.of(Codec.bytes(Endian.LITTLE)).encode(text))
                .withMessageContaining("use vlen-utf8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecChain.of(Codec.bytes()).encode(NdArray.of(new int[1], 1)))
                .withMessageContaining("endian");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecChain.of(Codec.vlenUtf8()).encode(NdArray.of(new int[1], 1)))
                .withMessageContaining("use bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BOOL", "INT16", "FLOAT64", "COMPLEX128", "STRING"})
    void reportsTruncatedAndExtendedChunks(DataType type) {
        Random random = new Random(SEED);
        NdArray chunk = Samples.random(type, random, 6, 5);
        for (Map.Entry<String, CodecChain> entry : Samples.chains(type).entrySet()) {
            byte[] stored = toBytes(entry.getValue().encode(chunk));
            for (int size = 0; size < stored.length; size++) {
                byte[] damaged = Arrays.copyOf(stored, size);
                assertThatThrownBy(() -> entry.getValue().decode(ByteBuffer.wrap(damaged), type, 6, 5))
                        .as("%s, %d of %d bytes", entry.getKey(), size, stored.length)
                        .isInstanceOf(CorruptChunkException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UINT8", "FLOAT32", "STRING"})
    void survivesAnyChangeOfBytes(DataType type) {
        Random random = new Random(SEED);
        NdArray chunk = Samples.random(type, random, 9, 4);
        for (Map.Entry<String, CodecChain> entry : Samples.chains(type).entrySet()) {
            byte[] stored = toBytes(entry.getValue().encode(chunk));
            for (int round = 0; round < 400; round++) {
                byte[] damaged = stored.clone();
                int changes = 1 + random.nextInt(4);
                for (int i = 0; i < changes; i++) {
                    damaged[random.nextInt(Math.min(damaged.length, 1 + random.nextInt(damaged.length)))] ^=
                            (byte) (1 << random.nextInt(8));
                }
                decodesOrReports(entry.getValue(), damaged, type, entry.getKey() + ", round " + round);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT8", "FLOAT64", "STRING"})
    void survivesGarbage(DataType type) {
        Random random = new Random(SEED);
        for (Map.Entry<String, CodecChain> entry : Samples.chains(type).entrySet()) {
            for (int round = 0; round < 200; round++) {
                byte[] garbage = new byte[random.nextInt(200)];
                random.nextBytes(garbage);
                decodesOrReports(entry.getValue(), garbage, type, entry.getKey() + ", round " + round);
            }
        }
    }

    private static void decodesOrReports(CodecChain chain, byte[] damaged, DataType type, String what) {
        try {
            assertThat(chain.decode(ByteBuffer.wrap(damaged), type, 9, 4).size())
                    .isEqualTo(36);
        } catch (CorruptChunkException e) {
            assertThat(e).as(what).hasMessageStartingWith("Corrupt chunk (codec ");
        }
    }

    @Test
    void findsEveryChangedBitWhereThereIsAChecksum() {
        NdArray chunk = Samples.random(DataType.FLOAT64, new Random(SEED), 40);
        for (Codec checked : List.of(Codec.crc32c(), Codec.gzip(5), Codec.zstdWithChecksum(3))) {
            CodecChain chain = CodecChain.of(Codec.bytes(Endian.LITTLE), checked);
            byte[] stored = toBytes(chain.encode(chunk));
            for (int bit = 8 * 20; bit < 8 * (stored.length - 20); bit++) {
                byte[] damaged = stored.clone();
                damaged[bit / 8] ^= (byte) (1 << (bit % 8));
                assertThatThrownBy(() -> chain.decode(ByteBuffer.wrap(damaged), DataType.FLOAT64, 40))
                        .as("%s, bit %d", checked.name(), bit)
                        .isInstanceOf(CorruptChunkException.class);
            }
        }
    }

    @Test
    void namesExpectedAndFoundSizes() {
        assertThatThrownBy(() ->
                        CodecChain.uncompressed(DataType.FLOAT64).decode(ByteBuffer.allocate(23), DataType.FLOAT64, 3))
                .isInstanceOf(CorruptChunkException.class)
                .hasMessage("Corrupt chunk (codec bytes): expected 24 bytes, found 23 bytes");
        CodecChain zstd = CodecChain.of(Codec.bytes(Endian.LITTLE), Codec.zstd(3));
        ByteBuffer four = zstd.encode(NdArray.of(new double[4], 4));
        assertThatThrownBy(() -> zstd.decode(four, DataType.FLOAT64, 3))
                .isInstanceOf(CorruptChunkException.class)
                .hasMessage("Corrupt chunk (codec zstd): expected 24 bytes of content, found 32 in the frame header");
        assertThatThrownBy(() -> zstd.decode(four, DataType.FLOAT64, 5))
                .isInstanceOf(CorruptChunkException.class)
                .hasMessage("Corrupt chunk (codec zstd): expected 40 bytes of content, found 32 bytes");
    }

    @Test
    void boundsMemoryOfABomb() {
        byte[] zeros = new byte[32 << 20];
        byte[] zstdBomb = Zstd.compress(zeros, 1);
        CodecChain zstd = CodecChain.of(Codec.bytes(), Codec.zstd(1));
        assertThatThrownBy(() -> zstd.decode(ByteBuffer.wrap(zstdBomb), DataType.INT8, 10))
                .isInstanceOf(CorruptChunkException.class);
        CodecChain gzip = CodecChain.of(Codec.bytes(), Codec.gzip(1));
        ByteBuffer gzipBomb = gzip.encode(NdArray.of(zeros, zeros.length));
        assertThatThrownBy(() -> gzip.decode(gzipBomb, DataType.INT8, 10)).isInstanceOf(CorruptChunkException.class);
    }

    @Test
    void decodesLongTextsWhoseSizeNobodyKnowsBefore() {
        String[] texts = new String[3];
        Random random = new Random(SEED);
        for (int i = 0; i < texts.length; i++) {
            texts[i] = random.ints(1 << 17, 32, 0x2000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
        for (CodecChain chain : Samples.chains(DataType.STRING).values()) {
            assertThat(chain.decode(chain.encode(NdArray.of(texts, 3)), DataType.STRING, 3)
                            .strings())
                    .containsExactly(texts);
        }
    }

    @Test
    void decodesSeveralFramesAndFramesWithoutSize() {
        byte[] half = new byte[1000];
        Arrays.fill(half, (byte) 7);
        ZstdCompressCtx context = new ZstdCompressCtx();
        byte[] frame = context.setContentSize(false).compress(half);
        context.close();
        ByteBuffer twoFrames =
                ByteBuffer.allocate(2 * frame.length).put(frame).put(frame).flip();
        CodecChain chain = CodecChain.of(Codec.bytes(), Codec.zstd(3));
        assertThat(chain.decode(twoFrames, DataType.INT8, 2000).bytes())
                .containsOnly(7)
                .hasSize(2000);
        CodecChain twice = CodecChain.of(Codec.bytes(), Codec.zstd(3), Codec.zstd(3));
        byte[] inner = toBytes(chain.encode(NdArray.of(half, 1000)));
        byte[] outer = Zstd.compress(inner);
        assertThat(twice.decode(ByteBuffer.wrap(outer), DataType.INT8, 1000).bytes())
                .isEqualTo(half);
    }

    @Test
    void refusesChunksTooLargeForOneArray() {
        for (CodecChain chain : Samples.chains(DataType.FLOAT64).values()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> chain.decode(ByteBuffer.allocate(64), DataType.FLOAT64, 1 << 14, 1 << 14))
                    .withMessageContaining("choose a smaller shape");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> chain.decode(ByteBuffer.allocate(64), DataType.FLOAT64, 1 << 20, 1 << 20))
                    .withMessageContaining("smaller regions");
        }
    }

    @Test
    void refusesMalformedUtf8() {
        ByteBuffer stored = ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 2, 0, 0, 0, (byte) 0xc3, 0x28});
        assertThatThrownBy(() -> CodecChain.of(Codec.vlenUtf8()).decode(stored, DataType.STRING, 1))
                .isInstanceOf(CorruptChunkException.class)
                .hasMessageContaining("UTF-8 in text 0");
    }

    private static byte[] toBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
