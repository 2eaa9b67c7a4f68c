package io.icestream.ingest.config;

import java.time.Duration;

/**
 * What happens to records of windows that are already published.
 *
 * @param policy the rule within the horizon; beyond it a record is a dead letter, or dropped if the policy is to drop
 * @param horizon how long after its end a window may still be revised
 */
public record LateSettings(Policy policy, Duration horizon) {

    /** What happens to a late record. */
    public enum Policy {
        /** It revises the published window. */
        REVISE,
        /** It becomes a dead letter. */
        DLQ,
        /** It is counted and dropped. */
        DROP
    }
}
