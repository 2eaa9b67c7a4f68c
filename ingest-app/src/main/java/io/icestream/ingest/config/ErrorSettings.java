package io.icestream.ingest.config;

import java.util.Optional;

/**
 * What happens to records that cannot be used.
 *
 * @param tolerance whether such a record stops the ingest
 * @param deadLetterTopic name of the dead letter topic, or empty for {@code icestream.<id>.dlq}
 * @param onLedgerRollback what to do when the branch was reset behind what has been published
 */
public record ErrorSettings(Tolerance tolerance, Optional<String> deadLetterTopic, OnLedgerRollback onLedgerRollback) {

    /** How many bad records are borne. */
    public enum Tolerance {
        /** The first one stops the ingest. */
        NONE,
        /** Each becomes a dead letter. */
        ALL
    }

    /** What to do when the branch was reset behind what has been published. */
    public enum OnLedgerRollback {
        /** Stop and say so. */
        FAIL
    }
}
