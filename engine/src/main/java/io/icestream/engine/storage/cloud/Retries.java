package io.icestream.engine.storage.cloud;

import java.time.Duration;

/**
 * How often a request is repeated, and how long to wait before: a random time below a ceiling that doubles each time.
 *
 * @param maxTries requests in all, at least one
 * @param firstPause the ceiling before the first repetition
 * @param longestPause the ceiling that is never exceeded
 */
public record Retries(int maxTries, Duration firstPause, Duration longestPause) {
    /** 10 requests, pauses from 100 ms up to 20 s: a little more than a minute, if the store never recovers. */
    public static final Retries DEFAULT = new Retries(10, Duration.ofMillis(100), Duration.ofSeconds(20));

    private static final int MAX_DOUBLINGS = 30;

    /** Checks the ranges. */
    public Retries {
        if (maxTries < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("Invalid retries: " + maxTries + " tries, pauses from " + firstPause
                    + " to " + longestPause + "; at least one try and pauses that grow are needed");
        }
    }

    /**
     * @param failures how many there were, at least one
     * @return the longest pause then
     */
    public Duration ceiling(int failures) {
        Duration doubled = firstPause.multipliedBy(1L << Math.min(MAX_DOUBLINGS, failures - 1));
        return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    }
}
