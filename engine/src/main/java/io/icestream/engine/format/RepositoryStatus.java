package io.icestream.engine.format;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether a repository may be used.
 *
 * @param availability what is allowed
 * @param setAt since when, in whole microseconds
 * @param reason why it is limited
 */
public record RepositoryStatus(Availability availability, Instant setAt, Optional<String> reason) {
    /** What is allowed; the order is that of the numbers in the file. */
    public enum Availability {
        /** Everything. */
        ONLINE,
        /** Reading. */
        READ_ONLY,
        /** Nothing; the reference implementation takes it for {@link #ONLINE}. */
        OFFLINE
    }

    /** Cuts the time to microseconds. */
    public RepositoryStatus {
        setAt = Ranges.storedTime(setAt);
    }

    /** A repository without limits. */
    public static RepositoryStatus online(Instant setAt) {
        return new RepositoryStatus(Availability.ONLINE, setAt, Optional.empty());
    }
}
