package io.icestream.ingest.lifecycle;

import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats one piece of work on a thread of its own until it is closed. When the work fails, the next time follows as always; when it has failed
 * each time for {@value #PATIENCE_SECONDS} seconds, the listener hears of it, and again when it works.
 */
final class PeriodicWork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeriodicWork.class);
    private static final long PATIENCE_SECONDS = 15;

    private final String what;
    private final Runnable work;
    private final IngestListener listener;
    private final InstantSource clock;
    private final ScheduledExecutorService thread;
    private Optional<Instant> failingSince = Optional.empty();

    /**
     * @param what what the listener is told to be waiting for
     * @param work what is done each time
     * @param listener hears of failures that last
     * @param clock tells how long they last
     */
    PeriodicWork(String what, Runnable work, IngestListener listener, InstantSource clock) {
        this.what = what;
        this.work = work;
        this.listener = listener;
        this.clock = clock;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                DaemonThreads.named("ingest-" + what.replace("the ", "").replace(' ', '-')));
    }

    /** Begins: after the first pause, and then with this pause after each time. */
    @SuppressWarnings("FutureReturnValueIgnored") // run() catches everything
    PeriodicWork start(Duration first, Duration pause) {
        thread.scheduleWithFixedDelay(this::run, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    /** Once, on the thread that repeats it. */
    void run() {
        try {
            work.run();
            failingSince.ifPresent(since -> listener.resumed(what));
            failingSince = Optional.empty();
        } catch (RuntimeException e) { // an executor never again calls what once threw
            LOG.debug("Failed, and left for the next time: {}", what, e);
            failed(e);
        }
    }

    private void failed(RuntimeException failure) {
        Instant now = clock.instant();
        Instant since = failingSince.orElse(now);
        failingSince = Optional.of(since);
        if (!since.plusSeconds(PATIENCE_SECONDS).isAfter(now)) {
            listener.waiting(what + ": " + Failures.message(failure));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
