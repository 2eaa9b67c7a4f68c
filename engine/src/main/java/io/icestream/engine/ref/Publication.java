package io.icestream.engine.ref;

import io.icestream.engine.asset.PendingWrites;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A snapshot that is to become the tip of a branch.
 *
 * @param entry what the repository object is to say about it, with the snapshot that it builds on as its parent
 * @param amended the snapshot whose place it takes, or empty if it follows its parent
 * @param features what the repository must allow for it
 * @param oldestObject when the oldest object was stored that it refers to and nothing published does, or earlier; empty if
 *     that is not known, or there is none
 * @param objects what must be stored before it is published
 */
public record Publication(
        SnapshotEntry entry,
        Optional<SnapshotId> amended,
        Set<Feature> features,
        Optional<Instant> oldestObject,
        PendingWrites objects) {
    /** Copies the features and checks that there is a snapshot to build on. */
    public Publication {
        features = Set.copyOf(features);
        if (entry.parent().isEmpty()) {
            throw new IllegalArgumentException("Cannot publish " + entry.id() + ": it has no parent");
        }
    }

    /**
     * An ordinary commit, whose objects are stored.
     *
     * @param entry the snapshot with its parent
     * @return the publication
     */
    public static Publication of(SnapshotEntry entry) {
        return new Publication(entry, Optional.empty(), Set.of(), Optional.empty(), PendingWrites.NONE);
    }

    /**
     * Compares the age of what it refers to with what is allowed.
     *
     * @param now what the time is
     * @param limit how old that may be, or empty for no limit
     * @return the refusal, or empty if it is young enough
     */
    Optional<PublishOutcome> tooOld(Instant now, Optional<Duration> limit) {
        return limit.flatMap(allowed -> oldestObject
                .filter(oldest -> oldest.plus(allowed).isBefore(now))
                .map(oldest -> new PublishOutcome.TooOld(oldest, allowed)));
    }

    /**
     * @return where the branch must point to for publishing
     */
    public SnapshotId expectedTip() {
        return amended.or(entry::parent).orElseThrow();
    }
}
