package io.icestream.engine.maintenance;

import io.icestream.engine.format.SnapshotId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an expiration took out of the histories, or would take.
 *
 * @param mode whether it was done
 * @param released snapshots no longer in any history, sorted; their objects stay until garbage is collected
 * @param branches branches deleted, with their former tips
 * @param tags tags deleted, with their former snapshots
 * @param adopted how many snapshots that stay got another parent
 * @param kept how many snapshots the repository lists now
 */
public record ExpirationReport(
        RunMode mode,
        List<SnapshotId> released,
        SortedMap<String, SnapshotId> branches,
        SortedMap<String, SnapshotId> tags,
        int adopted,
        int kept) {
    /** Copies the collections. */
    public ExpirationReport {
        released = List.copyOf(released);
        branches = copyOf(branches);
        tags = copyOf(tags);
    }

    private static SortedMap<String, SnapshotId> copyOf(Map<String, SnapshotId> refs) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(refs));
    }

    /**
     * @return whether there was nothing to do, so that nothing was written
     */
    public boolean isEmpty() {
        return released.isEmpty() && branches.isEmpty() && tags.isEmpty();
    }
}
