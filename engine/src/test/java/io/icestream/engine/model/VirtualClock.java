package io.icestream.engine.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** Time that goes on by a millisecond at each look, and as far as it is told. Thread-safe. */
final class VirtualClock implements InstantSource {
    static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);

    @Override
    public Instant instant() {
        return now.updateAndGet(time -> time.plusMillis(1));
    }

    /** What the clock said last; looking this way does not make time go on. */
    Instant last() {
        return now.get();
    }

    void advance(Duration by) {
        now.updateAndGet(time -> time.plus(by));
    }

    void set(Instant time) {
        now.set(time);
    }
}
