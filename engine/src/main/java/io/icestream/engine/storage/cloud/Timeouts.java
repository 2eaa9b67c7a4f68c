package io.icestream.engine.storage.cloud;

import java.time.Duration;
import java.util.Optional;

/**
 * How long to wait. A request that runs into one of these is repeated like one that was cut off.
 *
 * @param connect for a connection
 * @param read for the next bytes to be sent or received; a transfer that stalls for as long is given up
 * @param attempt for one request with its reply; empty is no limit of its own
 * @param operation for one request with all its repetitions and the pauses between them
 */
public record Timeouts(Duration connect, Duration read, Optional<Duration> attempt, Duration operation) {
    /** 10 s for a connection, 60 s for the next bytes, 10 minutes for everything. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), Optional.empty(), Duration.ofMinutes(10));

    /** Checks that every limit is positive. */
    public Timeouts {
        requirePositive("connect", connect);
        requirePositive("read", read);
        attempt.ifPresent(value -> requirePositive("attempt", value));
        requirePositive("operation", operation);
    }

    /**
     * @param limit for the next bytes to be sent or received
     * @return the same with that
     */
    public Timeouts withRead(Duration limit) {
        return new Timeouts(connect, limit, attempt, operation);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("Invalid " + name + " timeout " + value + ": it must be positive");
        }
    }
}
