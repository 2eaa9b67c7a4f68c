package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NdArrayTest {
    private static final long SEED = 7;

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void copiesRegionsAsElementByElement(DataType type) {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            int rank = random.nextInt(5);
            int[] sourceShape = random.ints(rank, 1, 6).toArray();
            int[] targetShape = random.ints(rank, 1, 6).toArray();
            int[] lengths = new int[rank];
            int[] from = new int[rank];
            int[] to = new int[rank];
            for (int d = 0; d < rank; d++) {
                targetShape[d] = random.nextBoolean() ? sourceShape[d] : targetShape[d];
                int most = Math.min(sourceShape[d], targetShape[d]);
                lengths[d] = random.nextBoolean() ? most : random.nextInt(most + 1);
                from[d] = random.nextInt(sourceShape[d] - lengths[d] + 1);
                to[d] = random.nextInt(targetShape[d] - lengths[d] + 1);
            }
            NdArray source = Samples.random(type, random, sourceShape);
            NdArray target = Samples.random(type, random, targetShape);
            NdArray expected = target.copyOfRegion(new int[rank], targetShape);
            ChunkGrid.indices(Region.whole(Arrays.stream(lengths).asLongStream().toArray()))
                    .forEach(offset -> System.arraycopy(
                            source.elements(),
                            source.position(plus(from, offset)) * type.slots(),
                            expected.elements(),
                            expected.position(plus(to, offset)) * type.slots(),
                            type.slots()));

            source.copyRegion(from, target, to, lengths);

            assertThat(Samples.bits(target))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(Samples.bits(expected));
        }
    }

    private static int[] plus(int[] origin, long[] offset) {
        int[] index = origin.clone();
        for (int d = 0; d < index.length; d++) {
            index[d] += (int) offset[d];
        }
        return index;
    }

    @Test
    void refusesRegionsThatLeaveAnArrayAndChangesNothing() {
        NdArray source = NdArray.of(new int[] {1, 2, 3, 4}, 2, 2);
        NdArray target = NdArray.of(new int[4], 2, 2);
        assertThatThrownBy(() -> source.copyRegion(new int[] {0, 1}, target, new int[2], new int[] {1, 2}))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("Box at [0, 1] of [1, 2] leaves shape [2, 2]");
        assertThatThrownBy(() -> source.copyRegion(new int[2], target, new int[] {-1, 0}, new int[] {1, 1}))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(
                        () -> source.copyRegion(new int[] {Integer.MAX_VALUE, 0}, target, new int[2], new int[] {2, 1}))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        source.copyRegion(new int[2], NdArray.of(new float[4], 2, 2), new int[2], new int[] {1, 1}))
                .withMessage("Data types differ: float32 and int32");
        assertThat(target.ints()).containsOnly(0);
    }

    @Test
    void refusesShapesThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NdArray.of(new double[5], 2, 3))
                .withMessage("Shape [2, 3] of data type float64 does not fit double[] with 5 entries");
        assertThatIllegalArgumentException().isThrownBy(() -> NdArray.of(DataType.INT32, new long[6], 2, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> NdArray.of(DataType.COMPLEX64, new float[6], 2, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NdArray.allocate(DataType.INT8, 1 << 20, 1 << 20))
                .withMessageContaining("smaller regions");
        assertThatIllegalStateException()
                .isThrownBy(() -> NdArray.of(new double[1], 1).floats())
                .withMessage("An array of data type float64 is held in double[], not in float[]");
    }

    @Test
    void readsAnyTypeGenerically() {
        NdArray unsigned = NdArray.of(DataType.UINT64, new long[] {-1, 5, Long.MIN_VALUE}, 3);
        assertThat(unsigned.stringAt(0)).isEqualTo("18446744073709551615");
        assertThat(unsigned.doubleAt(0)).isEqualTo(0x1p64);
        assertThat(unsigned.doubleAt(2)).isEqualTo(0x1p63);
        assertThat(unsigned.jsonAt(0)).hasToString("18446744073709551615");
        assertThat(NdArray.of(DataType.UINT8, new byte[] {-1}, 1).longAt(0)).isEqualTo(255);
        assertThat(NdArray.of(DataType.UINT16, new short[] {-1}, 1).longAt(0)).isEqualTo(65535);
        assertThat(NdArray.of(DataType.UINT32, new int[] {-1}, 1).doubleAt(0)).isEqualTo(4294967295.0);
        assertThat(NdArray.of(DataType.FLOAT16, new short[] {0x3e00}, 1).stringAt(0))
                .isEqualTo("1.5");
        assertThat(NdArray.of(new float[] {0.1f}, 1).stringAt(0)).isEqualTo("0.1");
        assertThat(NdArray.of(new float[] {0.1f}, 1).jsonAt(0)).hasToString("0.1");
        assertThat(NdArray.of(new double[] {Double.NaN}, 1).jsonAt(0)).hasToString("\"NaN\"");
        assertThat(NdArray.of(new boolean[] {true}, 1).stringAt(0)).isEqualTo("true");
        assertThat(NdArray.of(new boolean[] {true}, 1).longAt(0)).isEqualTo(1);
        NdArray complex = NdArray.of(DataType.COMPLEX128, new double[] {1, 2, 3, -4}, 2);
        assertThat(complex.stringAt(0)).isEqualTo("1.0+2.0j");
        assertThat(complex.stringAt(1)).isEqualTo("3.0-4.0j");
        assertThat(complex.jsonAt(1)).hasToString("[3.0,-4.0]");
        assertThatIllegalStateException().isThrownBy(() -> complex.doubleAt(0));
        assertThatIllegalStateException()
                .isThrownBy(() -> NdArray.of(new double[1], 1).longAt(0));
    }

    @Test
    void convertsPositionsAndIndices() {
        NdArray array = NdArray.allocate(DataType.INT8, 2, 3, 4);
        assertThat(array.position(1, 2, 3)).isEqualTo(23);
        assertThat(array.position(0, 1, 0)).isEqualTo(4);
        assertThatThrownBy(() -> array.position(0, 3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> array.position(0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void copiesStridedAndTransposedAsElementByElement(DataType type) {
        Random random = new Random(SEED);
        for (int round = 0; round < 100; round++) {
            int rank = random.nextInt(4);
            int[] shape = random.ints(rank, 1, 9).toArray();
            int[] from = Arrays.stream(shape).map(random::nextInt).toArray();
            int[] steps = random.ints(rank, 1, 5).toArray();
            int[] lengths = new int[rank];
            Arrays.setAll(lengths, d -> 1 + random.nextInt((shape[d] - from[d] - 1) / steps[d] + 1));
            NdArray source = Samples.random(type, random, shape);
            NdArray target = NdArray.allocate(type, lengths);

            source.copyStrided(from, steps, target, new int[rank], lengths);

            NdArray expected = NdArray.allocate(type, lengths);
            ChunkGrid.indices(Region.whole(Shapes.toLongs(lengths))).forEach(index -> {
                int[] at = new int[rank];
                Arrays.setAll(at, d -> from[d] + (int) index[d] * steps[d]);
                int[] ones = new int[rank];
                Arrays.fill(ones, 1);
                source.copyRegion(at, expected, Shapes.toInts(index), ones);
            });
            assertThat(Samples.bits(target))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(Samples.bits(expected));
            int[] order = IntStream.range(0, rank).map(d -> (d + 1) % rank).toArray();
            NdArray turned = source.transposed(order);
            ChunkGrid.indices(Region.whole(Shapes.toLongs(shape))).forEach(index -> {
                int[] at = Shapes.toInts(index);
                int[] to = IntStream.of(order).map(d -> at[d]).toArray();
                assertThat(turned.jsonAt(turned.position(to))).isEqualTo(source.jsonAt(source.position(at)));
            });
        }
    }

    @Test
    void showsElementsOfEveryKind() {
        NdArray texts = NdArray.ofTexts(DataType.fixedLengthUtf32(3), new String[] {"", "ä🧊", "abc"}, 3);
        assertThat(texts.stringAt(1)).isEqualTo("ä🧊");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NdArray.ofTexts(DataType.fixedLengthUtf32(3), new String[] {"abcd"}, 1))
                .withMessageContaining("length 4");
        NdArray bytes = NdArray.ofBytes(DataType.nullTerminatedBytes(4), new byte[][] {{1, 0, 2}, {}}, 2);
        assertThat(bytes.bytesAt(0)).containsExactly(1, 0, 2);
        assertThat(bytes.stringAt(0)).isEqualTo("010002");
        assertThat(bytes.bytesAt(1)).isEmpty();
        DataType seconds = DataType.datetime64(TimeUnit64.SECONDS, 10);
        NdArray times = NdArray.of(seconds, new long[] {Long.MIN_VALUE, 6, -1}, 3);
        assertThat(times.instantAt(0)).isEmpty();
        assertThat(times.instantAt(1)).contains(Instant.parse("1970-01-01T00:01:00Z"));
        assertThat(times.stringAt(2)).isEqualTo("1969-12-31T23:59:50Z");
        assertThat(times.stringAt(0)).isEqualTo("NaT");
        NdArray months = NdArray.of(DataType.datetime64(TimeUnit64.MONTHS, 1), new long[] {14, Long.MAX_VALUE}, 2);
        assertThat(months.stringAt(0)).isEqualTo("1971-03-01T00:00:00Z");
        assertThat(months.instantAt(1)).isEmpty();
        NdArray attoseconds = NdArray.of(
                DataType.datetime64(TimeUnit64.ATTOSECONDS, 1), new long[] {-1, 1_500_000_000_000_000_000L}, 2);
        assertThat(attoseconds.instantAt(0)).contains(Instant.parse("1969-12-31T23:59:59.999999999Z"));
        assertThat(attoseconds.instantAt(1)).contains(Instant.parse("1970-01-01T00:00:01.500Z"));
        NdArray hours = NdArray.of(DataType.timedelta64(TimeUnit64.HOURS, 6), new long[] {-2}, 1);
        assertThat(hours.stringAt(0)).isEqualTo("-2*6h");
        NdArray record = NdArray.allocate(Samples.record(), 1);
        assertThat(record.stringAt(0)).startsWith("{\"flag\":false,\"count\":0,\"at\":{\"x\":0.0,");
    }

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void goesThroughBuffersInEitherByteOrder(DataType type) {
        NdArray array = Samples.random(type, new Random(SEED), 3, 2);
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            ByteBuffer buffer = ByteBuffer.allocate(3 + 6 * (type.isFixedSize() ? type.sizeBytes() : 1))
                    .order(order);
            buffer.position(3);
            if (type.isFixedSize()) {
                array.writeTo(buffer);
                assertThat(buffer.hasRemaining()).isFalse();
                buffer.position(3);
                assertThat(Samples.bits(NdArray.readFrom(buffer, type, 3, 2))).isEqualTo(Samples.bits(array));
                assertThatThrownBy(() -> array.writeTo(buffer)).isInstanceOf(BufferOverflowException.class);
            } else {
                assertThatIllegalStateException().isThrownBy(() -> array.writeTo(buffer));
            }
        }
    }
}
