package io.icestream.engine.observe;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Counts activities and adds up their times and amounts, by name, labels and outcome. Thread-safe. Ask it at intervals and hand
 * what it says to any library for metrics; all numbers only grow.
 */
public final class Meters implements Observer {
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Series, Totals> totals = new ConcurrentHashMap<>();

    /**
     * @param nanoTime tells the time in nanoseconds, counted from anywhere
     */
    public Meters(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * @return meters that go by this machine's time
     */
    public static Meters create() {
        return new Meters(System::nanoTime);
    }

    /**
     * What is counted together.
     *
     * @param name of the activities
     * @param labels of the activities
     * @param outcome what became of them
     */
    public record Series(String name, SortedMap<String, String> labels, String outcome) {}

    /**
     * The activities of a series so far.
     *
     * @param count how many
     * @param time how long they took together
     * @param longest how long the longest took
     * @param amounts their amounts together, by name
     */
    public record Meter(long count, Duration time, Duration longest, SortedMap<String, Long> amounts) {}

    @Override
    public Span begin(Activity activity) {
        long start = nanoTime.getAsLong();
        return ending -> totals.computeIfAbsent(
                        new Series(activity.name(), activity.labels(), ending.outcome()), series -> new Totals())
                .add(nanoTime.getAsLong() - start, ending.amounts());
    }

    /**
     * Reads the meters. Those of activities under way are not counted yet.
     *
     * @return every series that there was, in no particular order; a copy
     */
    public Map<Series, Meter> read() {
        Map<Series, Meter> read = new HashMap<>();
        totals.forEach((series, sum) -> read.put(series, sum.read()));
        return Collections.unmodifiableMap(read);
    }

    /**
     * Counts the activities of a name, whatever their labels and outcome.
     *
     * @param name the name
     * @return how many there were
     */
    public long count(String name) {
        return totals.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .mapToLong(entry -> entry.getValue().read().count())
                .sum();
    }

    /** Sums of one series. */
    private static final class Totals {
        private final SortedMap<String, Long> amounts = new TreeMap<>();
        private long count;
        private long nanos;
        private long longestNanos;

        synchronized void add(long took, Map<String, Long> more) {
            count++;
            nanos += took;
            longestNanos = Math.max(longestNanos, took);
            more.forEach((name, value) -> amounts.merge(name, value, Long::sum));
        }

        synchronized Meter read() {
            return new Meter(
                    count,
                    Duration.ofNanos(nanos),
                    Duration.ofNanos(longestNanos),
                    Collections.unmodifiableSortedMap(new TreeMap<>(amounts)));
        }
    }
}
