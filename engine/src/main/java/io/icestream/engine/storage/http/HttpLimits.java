package io.icestream.engine.storage.http;

import io.icestream.engine.storage.cloud.Retries;
import java.time.Duration;

/**
 * How long to wait, how often to repeat a request that failed for a reason that may pass, and how much to ask for at a time.
 *
 * @param connect time for a connection
 * @param read time without a further byte of a reply, after which it is given up and repeated
 * @param operation time for everything, repetitions and pauses included
 * @param maxTries requests in all, at least one
 * @param firstPause ceiling of the pause before the first repetition; doubles each time
 * @param longestPause ceiling that is never exceeded
 * @param partBytes larger ranges are read in parts of this size
 * @param parallelism how many parts are under way at a time, for all ranges together
 */
public record HttpLimits(
        Duration connect,
        Duration read,
        Duration operation,
        int maxTries,
        Duration firstPause,
        Duration longestPause,
        int partBytes,
        int parallelism) {
    /** 10 s, 60 s, 10 minutes; 10 requests with pauses from 100 ms to 20 s; parts of 12 MiB, 16 at a time. */
    public static final HttpLimits DEFAULT = new HttpLimits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            10,
            Duration.ofMillis(100),
            Duration.ofSeconds(20),
            12 << 20,
            16);

    /** Checks the ranges. */
    public HttpLimits {
        if (!isPositive(connect) || !isPositive(read) || !isPositive(operation)) {
            throw new IllegalArgumentException("Invalid times to wait: connect " + connect + ", read " + read
                    + ", operation " + operation + "; they must be positive");
        }
        if (maxTries < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("Invalid retries: " + maxTries + " tries, pauses from " + firstPause
                    + " to " + longestPause + "; at least one try and pauses that grow are needed");
        }
        if (partBytes < 1 || parallelism < 1) {
            throw new IllegalArgumentException(
                    "Invalid parts: " + partBytes + " bytes, " + parallelism + " at a time; both must be at least 1");
        }
    }

    private static boolean isPositive(Duration time) {
        return !time.isNegative() && !time.isZero();
    }

    /** The longest pause after so many failures. */
    Duration ceiling(int failures) {
        return new Retries(maxTries, firstPause, longestPause).ceiling(failures);
    }

    /**
     * @param value requests in all
     * @return the changed limits
     */
    public HttpLimits withMaxTries(int value) {
        return new HttpLimits(connect, read, operation, value, firstPause, longestPause, partBytes, parallelism);
    }

    /**
     * @param value time without a further byte of a reply
     * @return the changed limits
     */
    public HttpLimits withRead(Duration value) {
        return new HttpLimits(connect, value, operation, maxTries, firstPause, longestPause, partBytes, parallelism);
    }

    /**
     * @param value bytes of one part
     * @return the changed limits
     */
    public HttpLimits withPartBytes(int value) {
        return new HttpLimits(connect, read, operation, maxTries, firstPause, longestPause, value, parallelism);
    }
}
