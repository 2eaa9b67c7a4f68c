package io.icestream.engine.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that goes on by a millisecond at each look, and as far as it is told. Thread-safe. */
final class VirtualClock implements InstantSource {
    static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

    private Instant now = START;

    @Override
    public synchronized Instant instant() {
        now = now.plusMillis(1);
        return now;
    }

    /** What the clock said last; looking this way does not make time go on. */
    synchronized Instant last() {
        return now;
    }

    synchronized void advance(Duration by) {
        now = now.plus(by);
    }

    synchronized void set(Instant time) {
        now = time;
    }
}
