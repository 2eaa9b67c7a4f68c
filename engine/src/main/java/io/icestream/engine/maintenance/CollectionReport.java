package io.icestream.engine.maintenance;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a garbage collection deleted, or would.
 *
 * @param mode whether it was done
 * @param deleted what was deleted, by kind
 * @param temporaries unfinished files of killed processes that were deleted; only on a local directory
 * @param droppedSnapshots snapshots that the repository object no longer lists
 * @param failed objects whose deletion failed; some of them may be gone
 * @param failures why, the first ten
 * @param skipped kinds left alone because deleting an earlier kind failed: they may still be referred to
 * @param finished false if the time was over before the end; running again goes on
 */
public record CollectionReport(
        RunMode mode,
        Map<ObjectKind, Tally> deleted,
        Tally temporaries,
        int droppedSnapshots,
        long failed,
        List<String> failures,
        Set<ObjectKind> skipped,
        boolean finished) {
    /** Copies the collections. */
    public CollectionReport {
        EnumMap<ObjectKind, Tally> complete = new EnumMap<>(ObjectKind.class);
        for (ObjectKind kind : ObjectKind.values()) {
            complete.put(kind, deleted.getOrDefault(kind, Tally.NONE));
        }
        deleted = Collections.unmodifiableMap(complete);
        failures = List.copyOf(failures);
        skipped = Set.copyOf(skipped);
    }

    /**
     * @param kind a kind of objects
     * @return what was deleted of it
     */
    public Tally deleted(ObjectKind kind) {
        return deleted.getOrDefault(kind, Tally.NONE);
    }

    /**
     * @return everything that was deleted
     */
    public Tally total() {
        return deleted.values().stream().reduce(temporaries, Tally::plus);
    }
}
