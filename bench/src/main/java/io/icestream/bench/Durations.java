package io.icestream.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long calls of one kind took, in the order in which they ended. Safe for use by several threads. */
public final class Durations {
    private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());

    /**
     * Adds the time since an instant.
     *
     * @param startNanos {@link System#nanoTime()} at the start
     */
    public void since(long startNanos) {
        nanos.add(System.nanoTime() - startNanos);
    }

    /**
     * Summarises the first calls.
     *
     * @param count how many
     * @return their summary
     */
    public ObjectNode first(int count) {
        return summary(nanos.subList(0, Math.min(count, nanos.size())));
    }

    /**
     * Summarises the last calls.
     *
     * @param count how many
     * @return their summary
     */
    public ObjectNode last(int count) {
        return summary(nanos.subList(Math.max(0, nanos.size() - count), nanos.size()));
    }

    /**
     * Summarises all calls, by the names that the reference script uses.
     *
     * @return number, median, 99th percentile and maximum in milliseconds
     */
    public ObjectNode summary() {
        return summary(nanos);
    }

    private static ObjectNode summary(List<Long> part) {
        List<Long> sorted = part.stream().sorted().toList();
        return Json.object()
                .put("n", sorted.size())
                .put("p50_ms", quantile(sorted, 0.5))
                .put("p99_ms", quantile(sorted, 0.99))
                .put("max_ms", quantile(sorted, 1));
    }

    private static double quantile(List<Long> sorted, double share) {
        int index = Math.min(sorted.size() - 1, (int) (share * sorted.size()));
        return Json.rounded(sorted.get(index) / 1e6, 2);
    }

    /**
     * Tells the time since an instant.
     *
     * @param startNanos {@link System#nanoTime()} at the start
     * @return seconds
     */
    public static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
