package io.icestream.engine.format;

import java.time.Instant;
import java.util.Optional;

/**
 * An entry of the ops log.
 *
 * @param kind what was done
 * @param updatedAt when, in whole microseconds
 * @param backupPath name, without {@code overwritten/}, of the copy of the repository object in which this entry is the
 *     newest one; empty for the newest entry of all, and for entries that a migration made up
 */
public record Update(UpdateKind kind, Instant updatedAt, Optional<String> backupPath) {
    /** Cuts the time to microseconds. */
    public Update {
        updatedAt = Ranges.storedTime(updatedAt);
    }
}
