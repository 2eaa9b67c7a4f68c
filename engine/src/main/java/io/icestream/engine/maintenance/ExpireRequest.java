package io.icestream.engine.maintenance;

import io.icestream.engine.format.SnapshotEntries.Adoption;
import java.time.Instant;

/**
 * What is to expire. Immutable; each {@code with} method gives a changed copy.
 *
 * @param olderThan snapshots written strictly before this, by their writers' clocks, expire
 * @param branches what becomes of branches, other than {@code main}, whose tip expired
 * @param tags what becomes of tags whose snapshot expired
 * @param adoption where a kept snapshot goes whose parent expired. By the first snapshot, as the reference
 *     implementation does: each kept snapshot then lists the logs of its whole past, so with many tags the repository
 *     object grows with the square of their number. By the nearest one kept: histories go on through tagged snapshots
 * @param mode whether to change anything
 */
public record ExpireRequest(
        Instant olderThan, ExpiredRefs branches, ExpiredRefs tags, Adoption adoption, RunMode mode) {
    /** What becomes of a ref whose snapshot is old. */
    public enum ExpiredRefs {
        /** The ref stays, and its snapshot with it. */
        KEEP,
        /** The ref is deleted; the name of a tag can never be used again. */
        DELETE
    }

    /**
     * Refs and what they point to stay, kept snapshots go below the first one.
     *
     * @param olderThan snapshots written strictly before this expire
     * @return the request
     */
    public static ExpireRequest olderThan(Instant olderThan) {
        return new ExpireRequest(
                olderThan, ExpiredRefs.KEEP, ExpiredRefs.KEEP, Adoption.BY_FIRST_SNAPSHOT, RunMode.CHANGE);
    }

    /**
     * @param value what becomes of branches whose tip expired
     * @return the changed request
     */
    public ExpireRequest withBranches(ExpiredRefs value) {
        return new ExpireRequest(olderThan, value, tags, adoption, mode);
    }

    /**
     * @param value what becomes of tags whose snapshot expired
     * @return the changed request
     */
    public ExpireRequest withTags(ExpiredRefs value) {
        return new ExpireRequest(olderThan, branches, value, adoption, mode);
    }

    /**
     * @param value where a kept snapshot goes whose parent expired
     * @return the changed request
     */
    public ExpireRequest withAdoption(Adoption value) {
        return new ExpireRequest(olderThan, branches, tags, value, mode);
    }

    /**
     * @param value whether to change anything
     * @return the changed request
     */
    public ExpireRequest withMode(RunMode value) {
        return new ExpireRequest(olderThan, branches, tags, adoption, value);
    }
}
