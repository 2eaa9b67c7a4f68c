package io.icestream.engine.maintenance;

import io.icestream.engine.format.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What garbage is to be collected, and how. Immutable; each {@code with} method gives a changed copy.
 *
 * <p><b>The age is what makes collection safe.</b> What a session has written and not yet committed is reached from nowhere
 * and is protected by its age alone. So {@code olderThan} must lie before the start of the oldest session that may still
 * commit, and of the oldest chunk stored by {@code putChunk} that may still be attached, with a margin for the difference
 * between the clocks of the writers and of the storage. Days are usual; hours are enough where all sessions are short.
 *
 * @param olderThan objects that the storage took strictly before this are deleted if nothing reaches them
 * @param backupsOlderThan former versions of the repository object that the storage took strictly before this are deleted
 *     unless the ops log since then goes through them; what the ops log has before that, beyond the repository object itself,
 *     is then gone. Empty: none are deleted
 * @param roots further snapshots to keep, with their ancestors
 * @param timeBudget when to stop; running again goes on. Empty: not before the end
 * @param tableEntries how many objects of one kind to look at in one pass; each takes 28 to 56 bytes of memory. Where there
 *     are more old chunks, the manifests are read once per pass
 * @param mode whether to change anything
 */
public record CollectRequest(
        Instant olderThan,
        Optional<Instant> backupsOlderThan,
        Set<SnapshotId> roots,
        Optional<Duration> timeBudget,
        int tableEntries,
        RunMode mode) {
    private static final int DEFAULT_TABLE_ENTRIES = 3_000_000;

    /** Checks the ranges. */
    public CollectRequest {
        if (tableEntries < 1) {
            throw new IllegalArgumentException(
                    "Invalid number of table entries " + tableEntries + ": it must be at least 1");
        }
        roots = Set.copyOf(roots);
    }

    /**
     * Objects of every kind, former versions of the repository object included, in as long as it takes.
     *
     * @param olderThan see the component
     * @return the request
     */
    public static CollectRequest olderThan(Instant olderThan) {
        return new CollectRequest(
                olderThan, Optional.of(olderThan), Set.of(), Optional.empty(), DEFAULT_TABLE_ENTRIES, RunMode.CHANGE);
    }

    /**
     * @param value since when to keep former versions of the repository object; empty keeps all
     * @return the changed request
     */
    public CollectRequest withBackupsOlderThan(Optional<Instant> value) {
        return new CollectRequest(olderThan, value, roots, timeBudget, tableEntries, mode);
    }

    /**
     * @param value further snapshots to keep
     * @return the changed request
     */
    public CollectRequest withRoots(Set<SnapshotId> value) {
        return new CollectRequest(olderThan, backupsOlderThan, value, timeBudget, tableEntries, mode);
    }

    /**
     * @param value when to stop
     * @return the changed request
     */
    public CollectRequest withTimeBudget(Duration value) {
        return new CollectRequest(olderThan, backupsOlderThan, roots, Optional.of(value), tableEntries, mode);
    }

    /**
     * @param value how many objects of one kind to look at in one pass
     * @return the changed request
     */
    public CollectRequest withTableEntries(int value) {
        return new CollectRequest(olderThan, backupsOlderThan, roots, timeBudget, value, mode);
    }

    /**
     * @param value whether to change anything
     * @return the changed request
     */
    public CollectRequest withMode(RunMode value) {
        return new CollectRequest(olderThan, backupsOlderThan, roots, timeBudget, tableEntries, value);
    }
}
