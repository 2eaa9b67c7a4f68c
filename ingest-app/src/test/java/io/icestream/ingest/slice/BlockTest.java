package io.icestream.ingest.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.SourcePartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Rows go through buffers and blocks and come out as they went in; damaged blocks are refused or well-formed, never anything else. */
class BlockTest {

    private static final SourcePartition SOURCE = new SourcePartition("observations", 3);

    /** One row as a test remembers it. */
    record Kept(long slot, int station, long version, long offset, List<Long> bits) {}

    private final DatasetGrid grid =
            new TestDataset().stations(TestDataset.stations(10), 4).grid();

    private static Row row(Kept kept) {
        Row row = new Row(kept.bits().size());
        row.place(kept.slot(), kept.station());
        row.order(kept.version(), kept.offset());
        for (int variable = 0; variable < kept.bits().size(); variable++) {
            Long bits = kept.bits().get(variable);
            if (bits != null) {
                row.set(variable, bits);
            }
        }
        return row;
    }

    private static Kept kept(DatasetGrid grid, Block block, int row) {
        List<Long> bits = new ArrayList<>();
        for (int variable = 0; variable < block.variables(); variable++) {
            bits.add(block.isPresent(variable, row) ? block.bits(variable, row) : null);
        }
        long slot = block.chunk().time() * grid.slotsPerChunk() + block.slotInChunk(row);
        return new Kept(slot, block.station(row), block.version(row), block.offset(row), bits);
    }

    private static List<Long> bits(SplittableRandom random, int variables) {
        List<Long> bits = new ArrayList<>();
        for (int variable = 0; variable < variables; variable++) {
            long value = switch (variable % 4) {
                case 0 -> Double.doubleToRawLongBits(random.nextDouble());
                case 1 -> random.nextLong(-100, 100);
                case 2 -> random.nextLong(0, 70_000);
                default -> random.nextInt(5) == 0 ? random.nextLong() : 7;
            };
            bits.add(random.nextInt(1 + variable) > 2 ? null : value);
        }
        return bits;
    }

    @Test
    void rowsComeOutAsTheyWentIn() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int variables = random.nextInt(0, 9);
            BlockBuffers buffers = new BlockBuffers(grid, variables, "i");
            Map<SourcePartition, List<Kept>> rows = new HashMap<>();
            for (int drain = 0; drain < 3; drain++) {
                rows.clear();
                int count = random.nextInt(1, 400);
                for (int i = 0; i < count; i++) {
                    SourcePartition source = new SourcePartition(random.nextBoolean() ? "a" : "b", random.nextInt(2));
                    Kept kept = new Kept(
                            random.nextLong(0, 5_000),
                            random.nextInt(10),
                            random.nextBoolean() ? 5 : random.nextLong(),
                            random.nextLong(0, Long.MAX_VALUE),
                            bits(random, variables));
                    rows.computeIfAbsent(source, s -> new ArrayList<>()).add(kept);
                    buffers.append(source, row(kept));
                }
                assertThat(buffers.rows()).isEqualTo(count);

                Map<SourcePartition, List<Kept>> found = new HashMap<>();
                buffers.drain((chunk, bytes) -> collect(chunk, bytes, found));

                assertThat(found.keySet()).as("seed %d", seed).isEqualTo(rows.keySet());
                rows.forEach((source, expected) ->
                        assertThat(found.get(source)).containsExactlyInAnyOrderElementsOf(expected));
                assertThat(buffers.isEmpty()).isTrue();
                assertThat(buffers.sizeBytes()).isZero();
            }
        }
    }

    private void collect(ChunkKey chunk, byte[] bytes, Map<SourcePartition, List<Kept>> found) {
        Block block = Block.decode(bytes);
        Block.Header header = Block.Header.peek(bytes);
        assertThat(block.chunk()).isEqualTo(chunk).isEqualTo(header.chunk());
        assertThat(block.header()).isEqualTo(header);
        assertThat(block.incarnation()).isEqualTo("i");
        assertThat(block.encoded()).isSameAs(bytes);
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        for (int row = 0; row < block.rows(); row++) {
            Kept kept = kept(grid, block, row);
            assertThat(grid.windowOf(kept.slot())).isEqualTo(block.window());
            assertThat(grid.chunkOf(kept.slot(), kept.station())).isEqualTo(chunk);
            found.computeIfAbsent(block.source(), s -> new ArrayList<>()).add(kept);
            least = Math.min(least, kept.offset());
            greatest = Math.max(greatest, kept.offset());
        }
        assertThat(block.minOffset()).isEqualTo(least);
        assertThat(block.maxOffset()).isEqualTo(greatest);
    }

    @Test
    void noBlockIsLargerThanARecordMayBe() {
        for (int variables : new int[] {0, 1, 4, 300}) {
            SplittableRandom random = new SplittableRandom(variables);
            BlockBuffers buffers = new BlockBuffers(grid, variables, "i");
            int rows = variables == 300 ? 2_000 : 100_000;
            Row row = new Row(variables);
            for (int i = 0; i < rows; i++) {
                row.clear();
                row.place(random.nextInt(60), random.nextInt(4));
                row.order(random.nextLong(), random.nextLong(0, Long.MAX_VALUE));
                for (int variable = 0; variable < variables; variable++) {
                    if (random.nextInt(10) > 0) {
                        row.set(variable, random.nextLong());
                    }
                }
                buffers.append(SOURCE, row);
            }
            List<Integer> sizes = new ArrayList<>();
            int[] found = {0};
            buffers.drain((chunk, bytes) -> {
                sizes.add(bytes.length);
                found[0] += Block.decode(bytes).rows();
            });
            assertThat(found[0]).isEqualTo(rows);
            assertThat(sizes)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(Block.MAX_SIZE_BYTES));
        }
    }

    @Test
    void columnsThatHardlyVaryTakeHardlyAnyBytes() {
        BlockBuffers buffers = new BlockBuffers(grid, 1, "i");
        for (int i = 0; i < 1_000; i++) {
            buffers.append(SOURCE, row(new Kept(i % 60, i % 4, 1_700_000_000_000L, 10L + i, List.of(42L))));
        }

        buffers.drain((chunk, bytes) -> assertThat(bytes.length).isLessThan(1_000 * (1 + 1 + 2) + 200));
    }

    @Test
    void aSinkThatThrowsLosesNothing() {
        BlockBuffers buffers = new BlockBuffers(grid, 1, "i");
        buffers.append(SOURCE, row(new Kept(1, 1, 1, 1, List.of(1L))));
        buffers.append(SOURCE, row(new Kept(1, 9, 1, 2, List.of(1L))));

        assertThatThrownBy(() -> buffers.drain((chunk, bytes) -> {
                    throw new IllegalStateException("broker gone");
                }))
                .isInstanceOf(IllegalStateException.class);

        List<Block> blocks = new ArrayList<>();
        buffers.drain((chunk, bytes) -> blocks.add(Block.decode(bytes)));
        assertThat(blocks).extracting(Block::rows).containsExactly(1, 1);
    }

    @Test
    void discardForgetsRows() {
        BlockBuffers buffers = new BlockBuffers(grid, 1, "i");
        buffers.append(SOURCE, row(new Kept(1, 1, 1, 1, List.of(1L))));
        assertThat(buffers.sizeBytes()).isPositive();

        buffers.discard();

        buffers.drain((chunk, bytes) -> {
            throw new AssertionError("no block expected");
        });
        assertThat(buffers.isEmpty()).isTrue();
    }

    private byte[] sample() {
        BlockBuffers buffers = new BlockBuffers(grid, 3, "incarnation");
        for (int i = 0; i < 9; i++) {
            buffers.append(
                    SOURCE,
                    row(new Kept(
                            60 + i,
                            i % 3,
                            1_000L + i,
                            70_000L * i,
                            Arrays.asList(i % 2 == 0 ? (long) i : null, null, -1L - i))));
        }
        List<byte[]> blocks = new ArrayList<>();
        buffers.drain((chunk, bytes) -> blocks.add(bytes));
        assertThat(blocks).hasSize(1);
        return blocks.get(0);
    }

    /** Cut at every byte: always refused, because the layout says where a block ends. */
    @Test
    void refusesBlocksThatAreCutOrTooLong() {
        byte[] whole = sample();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Block.decode(cut))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOf(CorruptBlockException.class);
        }
        assertThatThrownBy(() -> Block.decode(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(CorruptBlockException.class);
        assertThat(Block.decode(ByteBuffer.wrap(whole)).encoded()).isEqualTo(whole);
    }

    /** Every bit flipped: the exact error, or a block whose every part can be read and lies where it should. */
    @Test
    void flippedBitsGiveAnErrorOrAWellFormedBlock() {
        byte[] whole = sample();
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
            try {
                Block block = Block.decode(damaged);
                readAll(block);
                outcomes.merge("well-formed", 1, Integer::sum);
            } catch (CorruptBlockException e) {
                outcomes.merge("refused", 1, Integer::sum);
            }
        }
        assertThat(outcomes.get("refused")).isPositive();
        assertThat(outcomes.get("well-formed")).isPositive();
    }

    private static void readAll(Block block) {
        assertThat(block.rows()).isBetween(1, Block.MAX_ROWS);
        for (int row = 0; row < block.rows(); row++) {
            assertThat(block.slotInChunk(row)).isNotNegative();
            assertThat(block.station(row)).isNotNegative();
            assertThat(block.offset(row)).isBetween(block.minOffset(), block.maxOffset());
            block.version(row);
            for (int variable = 0; variable < block.variables(); variable++) {
                if (block.isPresent(variable, row)) {
                    block.bits(variable, row);
                }
            }
        }
    }

    @Test
    void refusesOtherBytes() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            assertThatThrownBy(() -> Block.decode(noise)).isInstanceOf(CorruptBlockException.class);
        }
    }
}
