package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.icestream.bench.Durations;
import io.icestream.ingest.protocol.Ledger;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long each window took from when its end was passed to when it was published. */
final class WindowLatencies extends ToldOnStderr {
    private static final long PATIENCE_SECONDS = 60;

    private final long[] passedNanos;
    private final int ignored;
    private final Durations durations = new Durations();
    private final CountDownLatch missing;

    @GuardedBy("this")
    private int published;

    /**
     * Expects windows.
     *
     * @param windows how many
     * @param ignored how many of the first do not count
     */
    WindowLatencies(int windows, int ignored) {
        this.passedNanos = new long[windows + 1];
        this.ignored = ignored;
        this.missing = new CountDownLatch(windows);
    }

    /** The end of a window, counted from one, is passed now. */
    synchronized void passed(int window) {
        passedNanos[window] = System.nanoTime();
    }

    @Override
    public synchronized void published(Ledger ledger, long windows) {
        while (published < ledger.closed()) {
            published++;
            missing.countDown();
            if (published > ignored) {
                durations.since(passedNanos[published]);
            }
        }
    }

    /** Waits for all windows; whether they came. */
    boolean await() throws InterruptedException {
        return missing.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    ObjectNode summary() {
        return durations.summary();
    }
}
