package io.icestream.engine.ref;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times that always go forward, though the writers' clocks disagree: the later of this machine's clock and one
 * microsecond after the last time written. Readers of the format demand it. A clock that is behind by more than
 * {@link #GROSS_SKEW} is refused rather than papered over.
 */
public final class MonotonicTime {
    /** Up to here a difference between clocks is skew; beyond, a clock is wrong. */
    public static final Duration GROSS_SKEW = Duration.ofMinutes(10);

    private MonotonicTime() {}

    /**
     * Chooses a time.
     *
     * @param now what this machine's clock says
     * @param last the time that must be exceeded
     * @param of what {@code last} is the time of, for the message
     * @return a time in whole microseconds, after {@code last}
     * @throws ClockSkewException if {@code last} is further in the future than skew explains
     */
    public static Instant after(Instant now, Instant last, String of) {
        Instant micros = now.truncatedTo(ChronoUnit.MICROS);
        if (Duration.between(micros, last).compareTo(GROSS_SKEW) > 0) {
            throw new ClockSkewException("Cannot write at " + micros + ": " + of + " carries the time " + last
                    + ", more than " + GROSS_SKEW.toMinutes()
                    + " minutes later; set this machine's clock, or wait if another one's was wrong");
        }
        Instant next = last.plus(1, ChronoUnit.MICROS);
        return micros.isBefore(next) ? next : micros;
    }
}
