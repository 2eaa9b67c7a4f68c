package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shards are read by ranges: their index, then the inner chunks that are wanted. */
class ShardTest {
    private static final CodecChain PLAIN = CodecChain.of(Codec.bytes(Endian.LITTLE));
    private static final CodecChain INDEX = CodecChain.of(Codec.bytes(Endian.LITTLE), Codec.crc32c());
    private static final long[] ORIGIN = {0, 0};

    private static ArrayMetadata metadata(int length, Codec... codecs) {
        return ArrayMetadata.builder(DataType.INT32, new long[] {length, length}, new long[] {length, length})
                .codecs(CodecChain.of(codecs))
                .fillValue(-1)
                .build();
    }

    private static NdArray counting(int length) {
        int[] values = new int[length * length];
        Arrays.setAll(values, i -> i);
        return NdArray.of(values, length, length);
    }

    /** Notes what is read. */
    private record Recorded(ByteBuffer bytes, List<String> reads) implements StoredBytes {
        @Override
        public long sizeBytes() {
            return bytes.remaining();
        }

        @Override
        public ByteBuffer read(long offset, int length) {
            reads.add(offset + "+" + length);
            return bytes.slice((int) offset, length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsTheIndexAndTheInnerChunksThatAreWanted(Codec.IndexLocation location) {
        ArrayMetadata metadata = metadata(200, Codec.sharding(PLAIN, INDEX, location, 100, 100));
        Recorded stored = new Recorded(metadata.encodeChunk(counting(200)), new ArrayList<>());

        NdArray box = metadata.decodeRegion(ORIGIN, stored, new int[] {150, 20}, 2, 3);

        assertThat(box.ints()).containsExactly(30020, 30021, 30022, 30220, 30221, 30222);
        int indexBytes = 4 * 16 + 4;
        assertThat(stored.reads())
                .containsExactly(
                        location == Codec.IndexLocation.START
                                ? List.of("0+" + indexBytes, (indexBytes + 80_000) + "+40000")
                                        .toArray(String[]::new)
                                : List.of("160000+" + indexBytes, "80000+40000").toArray(String[]::new));
    }

    @Test
    void readsNeighboursTogetherAndDistantOnesApart() {
        ArrayMetadata metadata = metadata(400, Codec.sharding(PLAIN, 100, 100));
        Recorded stored = new Recorded(metadata.encodeChunk(counting(400)), new ArrayList<>());

        NdArray row = metadata.decodeRegion(ORIGIN, stored, new int[] {5, 0}, 1, 400);
        assertThat(row.ints()).startsWith(2000).endsWith(2399);
        assertThat(stored.reads().subList(1, stored.reads().size())).containsExactly("0+160000");

        stored.reads().clear();
        NdArray column = metadata.decodeRegion(ORIGIN, stored, new int[] {0, 7}, 400, 1);
        assertThat(column.ints()).startsWith(7).endsWith(399 * 400 + 7);
        assertThat(stored.reads().subList(1, stored.reads().size()))
                .containsExactly("0+40000", "160000+40000", "320000+40000", "480000+40000");
    }

    @Test
    void leavesOutInnerChunksOfNothingButFillValue() {
        ArrayMetadata metadata = metadata(4, Codec.sharding(PLAIN, 2, 2));
        NdArray chunk = metadata.fillChunk();
        chunk.ints()[15] = 5;
        ByteBuffer stored = metadata.encodeChunk(chunk);
        assertThat(stored.remaining()).isEqualTo(16 + 4 * 16 + 4);
        assertThat(metadata.decodeChunk(stored).ints()).isEqualTo(chunk.ints());
        assertThat(metadata.encodeChunk(metadata.fillChunk()).remaining()).isEqualTo(4 * 16 + 4);
    }

    @Test
    void boxesAreWhatThePlainArrayHas() {
        long seed = 20261121;
        Random random = new Random(seed);
        NdArray whole = counting(12);
        List<Codec> codecs = List.of(
                Codec.sharding(CodecChain.of(Codec.bytes(Endian.BIG), Codec.zstd(1)), 3, 2),
                Codec.sharding(CodecChain.of(Codec.sharding(PLAIN, 1, 2)), 6, 4));
        for (int round = 0; round < 200; round++) {
            ArrayMetadata metadata = metadata(12, codecs.get(round % 2));
            int[] from = {random.nextInt(12), random.nextInt(12)};
            int[] lengths = {1 + random.nextInt(12 - from[0]), 1 + random.nextInt(12 - from[1])};
            NdArray box = metadata.decodeRegion(ORIGIN, StoredBytes.of(metadata.encodeChunk(whole)), from, lengths);
            assertThat(box.ints())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(whole.copyOfRegion(from, lengths).ints());
        }
    }

    @Test
    void refusesAnIndexThatPointsOutside() {
        ArrayMetadata metadata = metadata(4, Codec.sharding(PLAIN, PLAIN, Codec.IndexLocation.START, 2, 2));
        byte[] stored = new byte[4 * 16 + 64];
        metadata.encodeChunk(counting(4)).get(stored);
        for (long[] entry : new long[][] {
            {64, 17}, {64, 1L << 40}, {-2, 16}, {Long.MAX_VALUE, 16}, {120, 16}, {128, 1}, {-1, 16}, {64, -1}
        }) {
            ByteBuffer damaged = ByteBuffer.wrap(stored.clone()).order(ByteOrder.LITTLE_ENDIAN);
            damaged.putLong(0, entry[0]).putLong(8, entry[1]);
            assertThatThrownBy(() -> metadata.decodeChunk(damaged))
                    .as(Arrays.toString(entry))
                    .isInstanceOf(CorruptChunkException.class);
        }
        assertThatThrownBy(() -> metadata.decodeChunk(ByteBuffer.allocate(63)))
                .isInstanceOf(CorruptChunkException.class)
                .hasMessageContaining("an index of 64 bytes");
    }

    @Test
    void refusesByNameWhatAnInnerCodecLacks() {
        String json = new String(
                        metadata(4, Codec.sharding(PLAIN, 2, 2)).toJson(), java.nio.charset.StandardCharsets.UTF_8)
                .replace("\"crc32c\"", "\"crc99\"");
        ArrayMetadata metadata = ArrayMetadata.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(metadata.codecs().unsupportedCodec()).contains("crc99");
        assertThatThrownBy(() -> metadata.decodeChunk(ByteBuffer.allocate(200)))
                .isInstanceOf(UnsupportedExtensionException.class)
                .hasMessageContaining("'crc99'");
    }
}
