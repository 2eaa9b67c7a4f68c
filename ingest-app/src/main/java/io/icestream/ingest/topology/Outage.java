package io.icestream.ingest.topology;

import java.time.Duration;
import java.time.Instant;

/** Pauses between tries while something does not work, growing and bounded, and tells the listener once that it waits. */
final class Outage {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final IngestListener listener;
    private final String what;
    private Duration pause = Duration.ZERO;
    private Instant until = Instant.MIN;

    Outage(IngestListener listener, String what) {
        this.listener = listener;
        this.what = what;
    }

    /** Whether the next try has to wait. */
    boolean lasts(Instant now) {
        return now.isBefore(until);
    }

    void failed(Instant now, String reason) {
        if (pause.isZero()) {
            listener.waiting(what + ": " + reason);
        }
        Duration next = pause.multipliedBy(2);
        pause = pause.isZero() ? FIRST_PAUSE : next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
        until = now.plus(pause);
    }

    void worked() {
        if (!pause.isZero()) {
            pause = Duration.ZERO;
            until = Instant.MIN;
            listener.resumed(what);
        }
    }
}
