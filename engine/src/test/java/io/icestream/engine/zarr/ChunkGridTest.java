package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkGridTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithLookingAtEachElement(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int rank = random.nextInt(4);
            long[] shape = random.longs(rank, 0, 9).toArray();
            long[] chunkShape = random.longs(rank, 1, 6).toArray();
            ChunkGrid grid = new ChunkGrid(shape, chunkShape);
            Region region = randomRegion(random, shape);
            String what = "seed " + seed + ", round " + round + ", " + grid + ", region " + region;

            Map<String, Integer> elementsByChunk = new HashMap<>();
            ChunkGrid.indices(region)
                    .forEach(element -> elementsByChunk.merge(Arrays.toString(grid.chunkOf(element)), 1, Integer::sum));
            List<ChunkOverlap> overlaps = grid.overlaps(region).toList();

            Map<String, Integer> overlapSizes = new HashMap<>();
            for (ChunkOverlap overlap : overlaps) {
                overlapSizes.put(Arrays.toString(overlap.chunkIndex()), Shapes.elementCount(overlap.lengths()));
                long whole = Arrays.stream(grid.regionOf(overlap.chunkIndex()).shape())
                        .reduce(1, (a, b) -> a * b);
                assertThat(overlap.coversChunk()).as(what).isEqualTo(whole == Shapes.elementCount(overlap.lengths()));
                assertThat(overlap.isWholeChunk())
                        .as(what)
                        .isEqualTo(Arrays.equals(Shapes.toLongs(overlap.lengths()), chunkShape));
                for (int d = 0; d < rank; d++) {
                    assertThat(overlap.chunkIndex()[d] * chunkShape[d] + overlap.chunkOrigin()[d])
                            .as(what)
                            .isEqualTo(region.start(d) + overlap.regionOrigin()[d]);
                }
            }
            assertThat(overlapSizes).as(what).isEqualTo(elementsByChunk);
            assertThat(ChunkGrid.indices(grid.chunksTouching(region)).count())
                    .as(what)
                    .isEqualTo(overlaps.size());
        }
    }

    private static Region randomRegion(Random random, long... shape) {
        long[] origin = new long[shape.length];
        long[] lengths = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            origin[d] = random.nextLong(shape[d] + 1);
            lengths[d] = random.nextLong(shape[d] - origin[d] + 1);
        }
        return new Region(origin, lengths);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void readsBackThroughChunksWhatWasWrittenThroughChunks(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            int rank = random.nextInt(4);
            long[] shape = random.longs(rank, 1, 9).toArray();
            long[] chunkShape = random.longs(rank, 1, 6).toArray();
            ChunkGrid grid = new ChunkGrid(shape, chunkShape);
            NdArray expected = Samples.random(DataType.INT32, random, Shapes.toInts(shape));
            Map<String, NdArray> chunks = new HashMap<>();
            scatter(grid, Region.whole(shape), expected, chunks);
            Region changed = randomRegion(random, shape);
            NdArray change = Samples.random(DataType.INT32, random, Shapes.toInts(changed.shape()));
            scatter(grid, changed, change, chunks);
            change.copyRegion(new int[rank], expected, Shapes.toInts(changed.origin()), change.shape());

            Region read = randomRegion(random, shape);
            NdArray actual = NdArray.allocate(DataType.INT32, Shapes.toInts(read.shape()));
            grid.overlaps(read)
                    .forEach(overlap -> Objects.requireNonNull(chunks.get(Arrays.toString(overlap.chunkIndex())))
                            .copyRegion(overlap.chunkOrigin(), actual, overlap.regionOrigin(), overlap.lengths()));

            assertThat(actual.ints())
                    .as("seed %d, round %d, %s, %s then %s", seed, round, grid, changed, read)
                    .isEqualTo(expected.copyOfRegion(Shapes.toInts(read.origin()), actual.shape())
                            .ints());
        }
    }

    private static void scatter(ChunkGrid grid, Region region, NdArray block, Map<String, NdArray> chunks) {
        grid.overlaps(region).forEach(overlap -> {
            NdArray chunk = chunks.computeIfAbsent(
                    Arrays.toString(overlap.chunkIndex()),
                    absent -> NdArray.allocate(DataType.INT32, Shapes.toInts(grid.chunkShape())));
            block.copyRegion(overlap.regionOrigin(), chunk, overlap.chunkOrigin(), overlap.lengths());
        });
    }

    @Test
    void visitsChunksInCOrder() {
        List<String> order = new ChunkGrid(new long[] {4, 4}, new long[] {2, 3})
                .overlaps(Region.whole(4, 4))
                .map(overlap -> Arrays.toString(overlap.chunkIndex()))
                .toList();
        assertThat(order).containsExactly("[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]");
        assertThat(new TreeSet<>(order)).hasSize(4);
    }

    @Test
    void countsChunksOfVeryLongArrays() {
        ChunkGrid grid = new ChunkGrid(new long[] {Long.MAX_VALUE, 1}, new long[] {2, 5});
        assertThat(grid.chunkCounts()).containsExactly(Long.MAX_VALUE / 2 + 1, 1);
        assertThat(grid.regionOf(Long.MAX_VALUE / 2, 0))
                .isEqualTo(new Region(new long[] {Long.MAX_VALUE - 1, 0}, new long[] {1, 1}));
        assertThat(grid.overlaps(new Region(new long[] {Long.MAX_VALUE - 3, 0}, new long[] {3, 1}))
                        .count())
                .isEqualTo(2);
    }

    @Test
    void hasOneChunkAtRankZero() {
        ChunkGrid grid = new ChunkGrid(new long[0], new long[0]);
        assertThat(grid.overlaps(Region.whole()).toList()).singleElement().satisfies(overlap -> {
            assertThat(overlap.chunkIndex()).isEmpty();
            assertThat(overlap.coversChunk()).isTrue();
            assertThat(overlap.isWholeChunk()).isTrue();
        });
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChunkGrid(new long[] {5, 64}, new long[] {0, 64}))
                .withMessage("Invalid chunk shape [0, 64]: each length must be at least 1");
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkGrid(new long[] {5}, new long[] {5, 5}));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkGrid(new long[] {-1}, new long[] {5}));
        ChunkGrid grid = new ChunkGrid(new long[] {10}, new long[] {3});
        assertThatThrownBy(() -> grid.overlaps(new Region(new long[] {8}, new long[] {3})))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("Region [8:11] leaves shape [10]");
        assertThatThrownBy(() -> grid.regionOf(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> grid.chunkOf(10)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void rectilinearGridsAgreeWithListingEachElement(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int rank = 1 + random.nextInt(3);
            long[] shape = new long[rank];
            List<ChunkLengths> axes = new ArrayList<>();
            List<long[]> chunkOfElement = new ArrayList<>();
            for (int d = 0; d < rank; d++) {
                long[] lengths = random.longs(1 + random.nextInt(5), 1, 4).toArray();
                boolean regular = random.nextInt(4) == 0;
                axes.add(regular ? ChunkLengths.every(lengths[0]) : ChunkLengths.of(lengths));
                shape[d] = random.nextInt((int) Arrays.stream(lengths).sum() + 1);
                chunkOfElement.add(
                        regular
                                ? IntStream.range(0, (int) shape[d])
                                        .mapToLong(i -> i / lengths[0])
                                        .toArray()
                                : IntStream.range(0, lengths.length)
                                        .boxed()
                                        .flatMapToLong(i ->
                                                LongStream.generate(() -> i).limit(lengths[i]))
                                        .toArray());
            }
            ChunkGrid grid = ChunkGrid.rectilinear(shape, axes);
            String what = "seed " + seed + ", round " + round + ", " + grid;
            ChunkGrid.indices(Region.whole(shape)).forEach(element -> {
                long[] chunk = grid.chunkOf(element);
                for (int d = 0; d < chunk.length; d++) {
                    assertThat(chunk[d]).as(what).isEqualTo(chunkOfElement.get(d)[(int) element[d]]);
                    assertThat(grid.regionOf(chunk).start(d)).as(what).isLessThanOrEqualTo(element[d]);
                    assertThat(grid.regionOf(chunk).end(d)).as(what).isGreaterThan(element[d]);
                }
            });
            Region region = randomRegion(random, shape);
            NdArray seen = NdArray.allocate(DataType.INT8, Shapes.toInts(region.shape()));
            grid.overlaps(region).forEach(overlap -> {
                NdArray ones = NdArray.filled(FillValue.of(DataType.INT8, 1), overlap.lengths());
                NdArray before = seen.copyOfRegion(overlap.regionOrigin(), overlap.lengths());
                assertThat(before.bytes()).as(what).containsOnly(0);
                ones.copyRegion(new int[overlap.lengths().length], seen, overlap.regionOrigin(), overlap.lengths());
            });
            if (!region.isEmpty()) {
                assertThat(seen.bytes()).as(what).containsOnly(1);
            }
        }
    }

    @Test
    void aBillionListedChunksTakeNoMemory() {
        ArrayMetadata metadata = ArrayMetadata.builder(
                        DataType.INT8, ChunkGrid.rectilinear(new long[] {5}, List.of(ChunkLengths.of(3, 3))))
                .build();
        String json = new String(metadata.toJson(), StandardCharsets.UTF_8);
        ArrayMetadata huge = ArrayMetadata.parse(json.replace("[[3,2]]", "[[3,2],[7,4000000000]]")
                .replace("\"shape\":[5]", "\"shape\":[28000000006]")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(huge.chunkCounts()).containsExactly(4_000_000_002L);
        assertThat(huge.chunkGrid().chunkOf(28_000_000_005L)).containsExactly(4_000_000_001L);
        assertThat(huge.chunkGrid().regionOf(1_000_000_002L))
                .isEqualTo(new Region(new long[] {7_000_000_006L}, new long[] {7}));
    }

    @Test
    void growsByOneChunkAndShrinksByNoneAsZarrPythonDoes() {
        ArrayMetadata metadata = ArrayMetadata.builder(
                        DataType.INT8,
                        ChunkGrid.rectilinear(
                                new long[] {10, 10}, List.of(ChunkLengths.of(2, 4, 4), ChunkLengths.every(4))))
                .build();
        assertThat(metadata.withShape(13, 13).chunkGrid().toJson().toString())
                .endsWith("\"chunk_shapes\":[[2,[4,2],3],4]}}");
        assertThat(metadata.withShape(3, 3).chunkGrid().chunkLengths())
                .isEqualTo(metadata.chunkGrid().chunkLengths());
        assertThat(metadata.withShape(3, 3).chunkCounts()).containsExactly(3, 1);
        assertThat(metadata.withShape(3, 3).chunkGrid().chunkCounts()).containsExactly(2, 1);
        assertThatThrownBy(metadata::chunkShape).isInstanceOf(IllegalStateException.class);
    }
}
