package io.icestream.engine.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** When work has to stop. */
final class Deadline {
    private final InstantSource clock;
    private final Optional<Instant> end;

    private Deadline(InstantSource clock, Optional<Instant> end) {
        this.clock = clock;
        this.end = end;
    }

    static Deadline after(Optional<Duration> budget, InstantSource clock) {
        return new Deadline(clock, budget.map(clock.instant()::plus));
    }

    boolean isOver() {
        return end.isPresent() && !clock.instant().isBefore(end.get());
    }
}
