package io.icestream.engine.format;

import java.time.Duration;

/**
 * How often a lost race for the repository object is run again.
 *
 * @param maxTries number of tries, the first one included
 * @param initialBackoff wait before the first retry that waits
 * @param maxBackoff longest wait
 */
public record UpdateRetries(int maxTries, Duration initialBackoff, Duration maxBackoff) {
    /** What holds where nothing is configured: 100 tries, waits from 50 ms to 30 s. */
    public static final UpdateRetries DEFAULT = new UpdateRetries(100, Duration.ofMillis(50), Duration.ofSeconds(30));

    /** Checks the ranges. */
    public UpdateRetries {
        if (maxTries < 1 || maxTries > 0xFFFF) {
            throw new IllegalArgumentException("Invalid number of tries " + maxTries + ": it must be from 1 to 65535");
        }
        Ranges.checkUnsigned32("initial backoff in milliseconds", initialBackoff.toMillis());
        Ranges.checkUnsigned32("longest backoff in milliseconds", maxBackoff.toMillis());
    }
}
