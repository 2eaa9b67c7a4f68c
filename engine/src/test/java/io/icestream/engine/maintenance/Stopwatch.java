package io.icestream.engine.maintenance;

import java.time.Duration;

/** Prints how long each step took, and how much memory is taken then at most. */
final class Stopwatch {
    private final String title;
    private long since = System.nanoTime();

    Stopwatch(String title) {
        this.title = title;
    }

    void print(String step) {
        long now = System.nanoTime();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        System.out.println(title + ": " + step + " in "
                + Duration.ofNanos(now - since).toMillis() + " ms, heap " + (used >> 20) + " MiB");
        since = System.nanoTime();
    }
}
