package io.icestream.engine.maintenance;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What was copied, or would be.
 *
 * @param mode whether it was done
 * @param copied what was written, by kind
 * @param present what was there already from an earlier run, by kind
 * @param snapshots how many snapshots the copy lists
 * @param branches how many branches it has
 * @param tags how many tags it has
 * @param finished false if the time was over before the end: the copy does not open yet, running again goes on
 */
public record CopyReport(
        RunMode mode,
        Map<ObjectKind, Tally> copied,
        Map<ObjectKind, Tally> present,
        int snapshots,
        int branches,
        int tags,
        boolean finished) {
    /** Copies the maps. */
    public CopyReport {
        copied = copyOf(copied);
        present = copyOf(present);
    }

    private static Map<ObjectKind, Tally> copyOf(Map<ObjectKind, Tally> tallies) {
        EnumMap<ObjectKind, Tally> copy = new EnumMap<>(ObjectKind.class);
        copy.putAll(tallies);
        return Collections.unmodifiableMap(copy);
    }

    /**
     * @param kind a kind of objects
     * @return what was written of it
     */
    public Tally copied(ObjectKind kind) {
        return copied.getOrDefault(kind, Tally.NONE);
    }

    /**
     * @return everything that was written
     */
    public Tally total() {
        return copied.values().stream().reduce(Tally.NONE, Tally::plus);
    }
}
