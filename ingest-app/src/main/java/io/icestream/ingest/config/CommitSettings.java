package io.icestream.ingest.config;

import java.time.Duration;

/**
 * How rounds are opened and published.
 *
 * @param maxWindows most windows that one commit publishes when the ingest is behind
 * @param lateInterval how often a round is opened for late records alone
 * @param roundTimeout how long a round may stay unanswered before it is opened again; doubles each time
 * @param maxUncommittedAge age from which a reference that was not published is built again
 */
public record CommitSettings(
        int maxWindows, Duration lateInterval, Duration roundTimeout, Duration maxUncommittedAge) {}
