package io.icestream.ingest.cli.produce;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Disorder as networks make it, but seeded: records move, and some come twice. Needs all records in memory.
 *
 * <p>With a bound in time, records are sent in the order of event time plus a random delay below the bound, so no record is further than
 * the bound behind the latest one. With a bound in records, each record moves by fewer places than that. A repeated record has a
 * delay of its own.
 *
 * @param bound how far records move; empty if they stay
 * @param repeatPercent how many of a hundred records are sent twice
 * @param seed seed of the random numbers
 * @param sorted whether records are put in the order of event time first
 */
record Disorder(Optional<Bound> bound, double repeatPercent, long seed, boolean sorted) {

    /**
     * How far records move.
     *
     * @param amount microseconds of event time, or places
     * @param inTime whether it is time
     */
    record Bound(long amount, boolean inTime) {

        /** {@return the bound of a text: a number of records, or a duration such as {@code 6h}} */
        static Bound parse(String text) {
            if (text.matches("[0-9]{1,9}")) {
                return new Bound(Long.parseLong(text), false);
            }
            String iso = text.matches("(?i)[0-9.]+d") ? "P" + text : text.matches("(?i)P.*") ? text : "PT" + text;
            try {
                Duration duration = Duration.parse(iso);
                return new Bound(duration.toNanos() / 1_000, true);
            } catch (java.time.DateTimeException invalid) {
                throw new IllegalArgumentException(
                        "'" + text + "' is neither a number of records nor a duration such as 90s, 15m, 6h or 1d",
                        invalid);
            }
        }
    }

    /** {@return whether records go out as they come in} */
    boolean isNone() {
        return bound.isEmpty() && repeatPercent == 0 && !sorted;
    }

    /**
     * Orders records for sending.
     *
     * @param rows the records as they came
     * @return the records as they are to be sent, repetitions included
     */
    List<EncodedRow> apply(List<EncodedRow> rows) {
        boolean inTime = bound.map(Bound::inTime).orElse(false);
        List<EncodedRow> input = new ArrayList<>(rows);
        if (sorted || inTime) {
            input.sort(Comparator.comparingLong(EncodedRow::eventMicros));
        }
        SplittableRandom random = new SplittableRandom(seed);
        long amount = bound.map(Bound::amount).orElse(0L);
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < input.size(); i++) {
            EncodedRow row = input.get(i);
            long place = inTime ? row.eventMicros() : i;
            placed.add(new Placed(place + delay(random, amount), row));
            if (random.nextDouble() * 100 < repeatPercent) {
                placed.add(new Placed(place + delay(random, amount), row));
            }
        }
        placed.sort(Comparator.comparingLong(Placed::place));
        return placed.stream().map(Placed::row).toList();
    }

    private static long delay(SplittableRandom random, long bound) {
        return bound == 0 ? 0 : random.nextLong(bound);
    }

    private record Placed(long place, EncodedRow row) {}
}
