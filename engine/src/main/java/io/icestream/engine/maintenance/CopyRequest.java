package io.icestream.engine.maintenance;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.VerifyRequest.Payloads;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What of a repository is to be copied, and how. Immutable; each {@code with} method gives a changed copy.
 *
 * @param branches branches to copy; with {@code tags} and {@code snapshots} all empty, everything is copied
 * @param tags tags to copy
 * @param snapshots further snapshots to copy; nothing leads to them in the copy, so tag them there before it is collected
 * @param payloads whether every object of the copy is read back and compared
 * @param timeBudget when to stop; running again goes on. Empty: not before the end
 * @param tableEntries how many chunks to look at in one pass; each takes 28 to 56 bytes of memory. Where there are more, the
 *     manifests are read once per pass
 * @param mode whether to change anything
 */
public record CopyRequest(
        Set<String> branches,
        Set<String> tags,
        Set<SnapshotId> snapshots,
        Payloads payloads,
        Optional<Duration> timeBudget,
        int tableEntries,
        RunMode mode) {
    private static final int DEFAULT_TABLE_ENTRIES = 3_000_000;

    /** Copies the sets and checks the range. */
    public CopyRequest {
        branches = Set.copyOf(branches);
        tags = Set.copyOf(tags);
        snapshots = Set.copyOf(snapshots);
        if (tableEntries < 1) {
            throw new IllegalArgumentException(
                    "Invalid number of table entries " + tableEntries + ": it must be at least 1");
        }
    }

    /**
     * Everything that the repository lists, in as long as it takes.
     *
     * @return the request
     */
    public static CopyRequest whole() {
        return new CopyRequest(
                Set.of(), Set.of(), Set.of(), Payloads.SKIP, Optional.empty(), DEFAULT_TABLE_ENTRIES, RunMode.CHANGE);
    }

    /**
     * @return true if everything is copied
     */
    public boolean isWhole() {
        return branches.isEmpty() && tags.isEmpty() && snapshots.isEmpty();
    }

    /**
     * @param value branches to copy
     * @return the changed request
     */
    public CopyRequest withBranches(Set<String> value) {
        return new CopyRequest(value, tags, snapshots, payloads, timeBudget, tableEntries, mode);
    }

    /**
     * @param value tags to copy
     * @return the changed request
     */
    public CopyRequest withTags(Set<String> value) {
        return new CopyRequest(branches, value, snapshots, payloads, timeBudget, tableEntries, mode);
    }

    /**
     * @param value further snapshots to copy
     * @return the changed request
     */
    public CopyRequest withSnapshots(Set<SnapshotId> value) {
        return new CopyRequest(branches, tags, value, payloads, timeBudget, tableEntries, mode);
    }

    /**
     * @param value whether every object of the copy is read back
     * @return the changed request
     */
    public CopyRequest withPayloads(Payloads value) {
        return new CopyRequest(branches, tags, snapshots, value, timeBudget, tableEntries, mode);
    }

    /**
     * @param value when to stop
     * @return the changed request
     */
    public CopyRequest withTimeBudget(Duration value) {
        return new CopyRequest(branches, tags, snapshots, payloads, Optional.of(value), tableEntries, mode);
    }

    /**
     * @param value how many chunks to look at in one pass
     * @return the changed request
     */
    public CopyRequest withTableEntries(int value) {
        return new CopyRequest(branches, tags, snapshots, payloads, timeBudget, value, mode);
    }

    /**
     * @param value whether to change anything
     * @return the changed request
     */
    public CopyRequest withMode(RunMode value) {
        return new CopyRequest(branches, tags, snapshots, payloads, timeBudget, tableEntries, value);
    }
}
