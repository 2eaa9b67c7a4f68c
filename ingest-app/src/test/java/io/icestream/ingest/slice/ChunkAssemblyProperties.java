package io.icestream.ingest.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.config.VariableSettings.CellType;
import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.Cut;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Merging of blocks against the plainest oracle: for each cell and variable sort all rows that have a value and take the last. Rows come
 * in random order and groups, repeatedly, with equal versions, from several partitions, with and without gaps.
 */
class ChunkAssemblyProperties {

    private static final ChunkKey CHUNK = new ChunkKey("/", 1, 1);

    /** A row as the oracle keeps it. */
    private record Sample(
            SourcePartition source, long slot, int station, long version, long offset, List<@Nullable Long> bits) {}

    private static final Comparator<Sample> ORDER = Comparator.comparingLong(Sample::version)
            .thenComparing(Sample::source)
            .thenComparingLong(Sample::offset);

    private static final DatasetSettings DATASET = new TestDataset()
            .grid(Duration.ofMinutes(1), Duration.ofMinutes(3), Duration.ofMinutes(12))
            .stations(TestDataset.stations(10), 4)
            .variables(
                    TestDataset.variable("a", "a", CellType.FLOAT64),
                    TestDataset.variable("b", "b", CellType.INT16),
                    TestDataset.variable("c", "c", CellType.FLOAT32))
            .build();
    private static final DatasetGrid GRID = new DatasetGrid(DATASET);

    private static Sample sample(Random random, long offset, int gaps) {
        List<@Nullable Long> bits = new ArrayList<>();
        bits.add(Double.doubleToRawLongBits(random.nextInt(20) == 0 ? Double.NaN : random.nextDouble()));
        bits.add((long) random.nextInt(1_000));
        bits.add((long) Float.floatToRawIntBits(random.nextFloat()));
        for (int variable = 0; variable < 3; variable++) {
            if (random.nextInt(100) < gaps) {
                bits.set(variable, null);
            }
        }
        SourcePartition source = new SourcePartition(random.nextBoolean() ? "a" : "b", random.nextInt(3));
        // The chunk holds slots 12 to 23 and stations 4 to 7.
        return new Sample(source, 12 + random.nextInt(12), 4 + random.nextInt(4), random.nextInt(4), offset, bits);
    }

    private static List<Block> blocks(List<Sample> samples, Random random) {
        BlockBuffers buffers = new BlockBuffers(GRID, 3, "i");
        List<Block> blocks = new ArrayList<>();
        for (Sample sample : samples) {
            Row row = new Row(3);
            row.place(sample.slot(), sample.station());
            row.order(sample.version(), sample.offset());
            for (int variable = 0; variable < 3; variable++) {
                Long bits = sample.bits().get(variable);
                if (bits != null) {
                    row.set(variable, bits);
                }
            }
            buffers.append(sample.source(), row);
            if (random.nextInt(10) == 0) {
                buffers.drain((chunk, bytes) -> blocks.add(Block.decode(bytes)));
            }
        }
        buffers.drain((chunk, bytes) -> blocks.add(Block.decode(bytes)));
        return blocks;
    }

    private static boolean isIn(Sample sample, Cut cut) {
        return sample.offset() < cut.position().at(sample.source()) && GRID.windowOf(sample.slot()) < cut.closed();
    }

    private static Cut cut(Random random) {
        Map<SourcePartition, Long> position = new HashMap<>();
        for (String topic : List.of("a", "b")) {
            for (int partition = 0; partition < 3; partition++) {
                position.put(new SourcePartition(topic, partition), (long) random.nextInt(150));
            }
        }
        return new Cut(Offsets.of(position), 4 + random.nextInt(5));
    }

    private static void check(String what, ChunkAssembly assembly, List<Sample> samples) {
        long cells = samples.stream()
                .map(sample -> sample.slot() * 100 + sample.station())
                .distinct()
                .count();
        assertThat(assembly.cells()).as("%s: cells", what).isEqualTo((int) cells);
        for (int variable = 0; variable < 3; variable++) {
            int index = variable;
            NdArray values = assembly.values(variable);
            assertThat(values.shape()).containsExactly(12, 4);
            assertThat(assembly.hasData(variable))
                    .as("%s: variable %d has data", what, variable)
                    .isEqualTo(samples.stream().anyMatch(sample -> sample.bits().get(index) != null));
            for (int slot = 0; slot < 12; slot++) {
                for (int station = 0; station < 4; station++) {
                    assertThat(bits(values, values.position(slot, station)))
                            .as("%s: variable %d at (%d, %d)", what, variable, slot, station)
                            .isEqualTo(expected(samples, variable, 12 + slot, 4 + station));
                }
            }
        }
    }

    private static long bits(NdArray values, int position) {
        return switch (values.dataType().kind()) {
            case FLOAT64 -> Double.doubleToRawLongBits(values.doubles()[position]);
            case FLOAT32 -> Float.floatToRawIntBits(values.floats()[position]);
            default -> values.longAt(position);
        };
    }

    private static long expected(List<Sample> samples, int variable, long slot, int station) {
        long fill = variable == 0
                ? Double.doubleToRawLongBits(Double.NaN)
                : variable == 1 ? -9 : Float.floatToRawIntBits(Float.NaN);
        return samples.stream()
                .filter(sample -> sample.slot() == slot && sample.station() == station)
                .filter(sample -> sample.bits().get(variable) != null)
                .max(ORDER)
                .map(sample -> Objects.requireNonNull(sample.bits().get(variable)))
                .orElse(fill);
    }

    @Test
    void takesTheNewestValueOfEveryCellWhateverTheOrder() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            int gaps = new int[] {0, 5, 60, 100}[seed % 4];
            List<Sample> samples = new ArrayList<>();
            int count = 1 + random.nextInt(150);
            for (int offset = 0; offset < count; offset++) {
                samples.add(sample(random, offset, gaps));
            }
            List<Block> blocks = blocks(samples, random);
            Collections.shuffle(blocks, random);
            Cut cut = cut(random);

            ChunkAssembly assembly = new ChunkAssembly(GRID, DATASET.variables(), CHUNK);
            for (Block block : blocks) {
                assembly.add(block, cut, Optional.empty());
                if (random.nextInt(4) == 0) {
                    assembly.add(block, cut, Optional.empty());
                }
            }

            check(
                    "seed " + seed,
                    assembly,
                    samples.stream().filter(sample -> isIn(sample, cut)).toList());
        }
    }

    /** What was merged for one cut, with what lies between it and a later one, is what is merged for the later one at once. */
    @Test
    void goesOnFromAnEarlierCut() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            List<Sample> samples = new ArrayList<>();
            for (int offset = 0; offset < 120; offset++) {
                samples.add(sample(random, offset, new int[] {0, 30}[seed % 2]));
            }
            List<Block> blocks = blocks(samples, random);
            Cut before = cut(random);
            Cut other = cut(random);
            Cut after = new Cut(
                    before.position().merge(other.position(), Math::max), Math.max(before.closed(), other.closed()));

            ChunkAssembly base = new ChunkAssembly(GRID, DATASET.variables(), CHUNK);
            blocks.forEach(block -> base.add(block, before, Optional.empty()));
            ChunkAssembly next = base.copy();
            Collections.shuffle(blocks, random);
            blocks.forEach(block -> next.add(block, after, Optional.of(before)));

            check(
                    "seed " + seed + " after",
                    next,
                    samples.stream().filter(sample -> isIn(sample, after)).toList());
            check(
                    "seed " + seed + " before",
                    base,
                    samples.stream().filter(sample -> isIn(sample, before)).toList());
        }
    }

    @Test
    void oneVariableWithGapsKeepsItsOlderValue() {
        DatasetSettings one = new TestDataset()
                .variables(TestDataset.variable("a", "a", CellType.INT64))
                .build();
        DatasetGrid grid = new DatasetGrid(one);
        BlockBuffers buffers = new BlockBuffers(grid, 1, "i");
        Row row = new Row(1);
        row.place(5, 2);
        row.order(1, 1);
        row.set(0, 77);
        buffers.append(new SourcePartition("t", 0), row);
        row.clear();
        row.order(2, 2);
        buffers.append(new SourcePartition("t", 0), row);
        ChunkAssembly assembly = new ChunkAssembly(grid, one.variables(), new ChunkKey("/", 0, 0));
        Cut all = new Cut(Offsets.of(Map.of(new SourcePartition("t", 0), 10L)), 1_000);

        buffers.drain((chunk, bytes) -> assembly.add(Block.decode(bytes), all, Optional.empty()));

        NdArray values = assembly.values(0);
        assertThat(values.longs()[values.position(5, 2)]).isEqualTo(77);
        assertThat(assembly.cells()).isEqualTo(1);
    }

    @Test
    void storesEveryTypeInItsOwnWidth() {
        List<VariableSettings> variables = new ArrayList<>();
        for (CellType type : CellType.values()) {
            variables.add(TestDataset.variable(type.name(), type.name(), type));
        }
        DatasetSettings dataset = new TestDataset()
                .variables(variables.toArray(VariableSettings[]::new))
                .build();
        DatasetGrid grid = new DatasetGrid(dataset);
        BlockBuffers buffers = new BlockBuffers(grid, variables.size(), "i");
        Row row = new Row(variables.size());
        row.place(0, 0);
        row.order(0, 0);
        for (int variable = 0; variable < variables.size(); variable++) {
            row.set(
                    variable,
                    switch (variables.get(variable).type()) {
                        case FLOAT32 -> Float.floatToRawIntBits(1.5f);
                        case FLOAT64 -> Double.doubleToRawLongBits(1.5);
                        case UINT8 -> 255;
                        case UINT16 -> 65_535;
                        case UINT32 -> 4_294_967_295L;
                        default -> -2;
                    });
        }
        buffers.append(new SourcePartition("t", 0), row);
        ChunkAssembly assembly = new ChunkAssembly(grid, dataset.variables(), new ChunkKey("/", 0, 0));
        Cut all = new Cut(Offsets.of(Map.of(new SourcePartition("t", 0), 10L)), 1);
        buffers.drain((chunk, bytes) -> assembly.add(Block.decode(bytes), all, Optional.empty()));

        for (int variable = 0; variable < variables.size(); variable++) {
            NdArray values = assembly.values(variable);
            CellType type = variables.get(variable).type();
            assertThat(values.dataType()).isEqualTo(DataType.valueOf(type.name()));
            double stored = type.isFloat() ? values.doubleAt(0) : values.longAt(0);
            assertThat(stored)
                    .as(type.name())
                    .isEqualTo(
                            switch (type) {
                                case FLOAT32, FLOAT64 -> 1.5;
                                case UINT8 -> 255.0;
                                case UINT16 -> 65_535.0;
                                case UINT32 -> 4_294_967_295.0;
                                default -> -2.0;
                            });
        }
        assertThat(assembly.sizeBytes()).isPositive();
    }

    @Test
    void refusesBlocksOfOtherChunksAndShapes() {
        Random random = new Random(1);
        Block block = blocks(List.of(sample(random, 0, 0)), random).get(0);
        Cut all = cut(random);

        ChunkAssembly other = new ChunkAssembly(GRID, DATASET.variables(), new ChunkKey("/", 2, 1));
        assertThatThrownBy(() -> other.add(block, all, Optional.empty())).isInstanceOf(IllegalArgumentException.class);
        ChunkAssembly fewer = new ChunkAssembly(GRID, DATASET.variables().subList(0, 2), CHUNK);
        assertThatThrownBy(() -> fewer.add(block, all, Optional.empty())).isInstanceOf(CorruptBlockException.class);
    }
}
