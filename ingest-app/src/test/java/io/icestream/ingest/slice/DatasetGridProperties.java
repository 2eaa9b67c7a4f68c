package io.icestream.ingest.slice;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.ingest.config.TimeAxis.Rounding;
import io.icestream.ingest.protocol.ChunkKey;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The grid's arithmetic on longs against the same questions asked of java.time, for random grids and in zones that move their clocks. */
class DatasetGridProperties {

    private static final List<Duration> STEPS = List.of(
            Duration.ofNanos(1_000),
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ofSeconds(7),
            Duration.ofMinutes(1),
            Duration.ofHours(1));

    private static Duration oneOf(SplittableRandom random, List<Duration> durations) {
        return durations.get(random.nextInt(durations.size()));
    }

    @Test
    void placesTimesAsExactArithmeticDoes() {
        for (int seed = 0; seed < 3_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Duration step = oneOf(random, STEPS);
            Rounding rounding =
                    List.of(Rounding.EXACT, Rounding.FLOOR, Rounding.NEAREST).get(random.nextInt(3));
            Duration window = step.multipliedBy(random.nextInt(1, 50));
            int windows = random.nextInt(1, 30);
            Instant origin = Instant.ofEpochSecond(random.nextLong(-4_000_000_000L, 4_000_000_000L));
            DatasetGrid grid = new TestDataset()
                    .origin(origin)
                    .grid(step, window, window.multipliedBy(windows))
                    .rounding(rounding)
                    .grid();
            long slot = random.nextLong(-3, 1_000_000);
            long restMicros = random.nextBoolean() ? 0 : random.nextLong(step.toNanos() / 1_000);
            Instant time = origin.plus(step.multipliedBy(slot)).plusNanos(restMicros * 1_000);

            long found = grid.slotAt(DatasetGrid.micros(time));

            assertThat(found)
                    .as("seed %d: %s, rest %d µs of %s, %s", seed, slot, restMicros, step, rounding)
                    .isEqualTo(expectedSlot(slot, Duration.ofNanos(restMicros * 1_000), step, rounding));
            if (found >= 0) {
                assertThat(grid.timeOf(slot)).isEqualTo(origin.plus(step.multipliedBy(slot)));
                checkContainers(seed, grid, found, window, windows, origin);
            }
        }
    }

    private static long expectedSlot(long slot, Duration rest, Duration step, Rounding rounding) {
        if (rest.isZero()) {
            return slot < 0 ? DatasetGrid.BEFORE_ORIGIN : slot;
        }
        if (rounding == Rounding.EXACT) {
            return slot < -1 ? DatasetGrid.BEFORE_ORIGIN : DatasetGrid.OFF_GRID;
        }
        boolean up = rounding == Rounding.NEAREST && rest.multipliedBy(2).compareTo(step) >= 0;
        long rounded = up ? slot + 1 : slot;
        return rounded < 0 ? DatasetGrid.BEFORE_ORIGIN : rounded;
    }

    private static void checkContainers(
            int seed, DatasetGrid grid, long slot, Duration window, int windows, Instant origin) {
        Instant time = grid.timeOf(slot);
        long inWindow = grid.windowOf(slot);
        assertThat(grid.startOf(inWindow)).as("seed %d", seed).isBeforeOrEqualTo(time);
        assertThat(grid.startOf(inWindow + 1)).as("seed %d", seed).isAfter(time);
        assertThat(grid.startOf(inWindow)).isEqualTo(origin.plus(window.multipliedBy(inWindow)));

        int station = (int) (slot % grid.stations());
        ChunkKey chunk = grid.chunkOf(slot, station);
        assertThat(chunk.time()).isEqualTo(grid.chunkOfWindow(inWindow)).isEqualTo(inWindow / windows);
        assertThat(chunk.station()).isEqualTo(station / 4);
        assertThat(inWindow).isBetween(grid.firstWindowOfChunk(chunk.time()), grid.endWindowOfChunk(chunk.time()) - 1);
        assertThat(grid.chunkEndBefore(inWindow)).isEqualTo(grid.firstWindowOfChunk(chunk.time()));

        assertThat(grid.windowsEndedBy(DatasetGrid.micros(grid.startOf(inWindow + 1))))
                .isEqualTo(inWindow + 1);
        assertThat(grid.windowsEndedBy(DatasetGrid.micros(grid.startOf(inWindow + 1)) - 1))
                .isEqualTo(inWindow);
    }

    @Test
    void answersTimesFarAwayWithoutOverflow() {
        DatasetGrid grid = new TestDataset().rounding(Rounding.NEAREST).grid();

        assertThat(grid.slotAt(Long.MIN_VALUE)).isEqualTo(DatasetGrid.BEFORE_ORIGIN);
        assertThat(grid.slotAt(Long.MAX_VALUE)).isPositive();
        assertThat(grid.windowsEndedBy(Long.MIN_VALUE)).isZero();
    }

    @Test
    void findsDaysAsTheCalendarDoes() {
        List<String> zones = List.of(
                "UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo");
        for (String name : zones) {
            ZoneId zone = ZoneId.of(name);
            LocalDate first = LocalDate.of(2017, 1, 1);
            DatasetGrid grid = new TestDataset()
                    .origin(first.atStartOfDay(zone).toInstant())
                    .grid(Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(6))
                    .zone(zone)
                    .grid();
            for (LocalDate day = first; day.getYear() < 2020; day = day.plusDays(1)) {
                Instant begin = day.atStartOfDay(zone).toInstant();
                Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
                long firstWindow = grid.firstWindowOf(day);
                long endWindow = grid.firstWindowOf(day.plusDays(1));
                assertThat(grid.startOf(firstWindow)).as("%s %s", name, day).isEqualTo(begin);
                assertThat(grid.startOf(endWindow)).as("%s %s", name, day).isEqualTo(end);
                assertThat(grid.dayOf(firstWindow)).isEqualTo(day);
                assertThat(grid.dayOf(endWindow - 1)).isEqualTo(day);
                assertThat(grid.nextDayEnd(firstWindow)).isEqualTo(endWindow);
                assertThat(grid.nextDayEnd(endWindow - 1)).isEqualTo(endWindow);
                assertThat(grid.isDayEnd(endWindow)).as("%s %s", name, day).isTrue();
                assertThat(grid.isDayEnd(endWindow - 1)).as("%s %s", name, day).isFalse();
                assertThat(grid.windowsIn(Duration.between(begin, end))).isEqualTo(endWindow - firstWindow);
            }
        }
    }

    @Test
    void keepsTheFirstDayWhenTheOriginLiesWithinIt() {
        DatasetGrid grid =
                new TestDataset().origin(Instant.parse("2026-01-01T18:00:00Z")).grid();

        assertThat(grid.firstWindowOf(LocalDate.of(2025, 12, 31))).isZero();
        assertThat(grid.firstWindowOf(LocalDate.of(2026, 1, 1))).isZero();
        assertThat(grid.firstWindowOf(LocalDate.of(2026, 1, 2))).isEqualTo(6);
        assertThat(grid.nextDayEnd(0)).isEqualTo(6);
        assertThat(grid.isDayEnd(0)).isFalse();
        assertThat(grid.isDayEnd(6)).isTrue();
    }

    @Test
    void spreadsChunksOverPartitionsTheSameWayForEver() {
        assertThat(DatasetGrid.partitionOf(new ChunkKey("/", 0, 0), 4)).isZero();
        int[] counts = new int[4];
        for (int time = 0; time < 8; time++) {
            for (int station = 0; station < 8; station++) {
                counts[DatasetGrid.partitionOf(new ChunkKey("/weather", time, station), 4)]++;
            }
        }
        assertThat(counts).containsExactly(16, 16, 16, 16);
        assertThat(new TestDataset().grid().windowsIn(Duration.ofMinutes(61))).isEqualTo(2);
    }
}
