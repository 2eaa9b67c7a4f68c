package io.icestream.engine.maintenance;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of small chunks, and of packs that hold little but garbage.
 *
 * @param mode whether it was done, or only would be
 * @param snapshot the snapshot that was made; empty if there was nothing to do, or nothing was to be changed
 * @param arrays what was packed, by array; arrays of which nothing was are not here
 * @param emptied packs that the branch no longer refers to, because most of them was garbage; they can be collected once the
 *     snapshots before have expired. Those of which only a part was moved, before the time was over, are not here
 * @param unreadable number of chunks that were left where they are because their object is missing
 * @param finished false if the time was over, or the number of chunks reached, before the end; running again goes on
 */
public record CompactionReport(
        RunMode mode,
        Optional<SnapshotId> snapshot,
        SortedMap<NodePath, Packed> arrays,
        Emptied emptied,
        long unreadable,
        boolean finished) {
    /** Copies the map. */
    public CompactionReport {
        arrays = Collections.unmodifiableSortedMap(new TreeMap<>(arrays));
    }

    /**
     * Chunks that were put together. Others may have written some of them anew before the commit; those are theirs.
     *
     * @param chunks number of chunks moved
     * @param bytes their bytes
     * @param inline how many of them were within manifests
     * @param objectsBefore number of objects that the others were in
     * @param objectsAfter number of objects that all are in now
     * @param ranges number of requests that it takes to read them along the dimension, each neighbour with the one before
     *     where they are stored side by side; before, it took as many as there are chunks outside manifests
     */
    public record Packed(long chunks, long bytes, long inline, long objectsBefore, long objectsAfter, long ranges) {
        /** Nothing. */
        public static final Packed NONE = new Packed(0, 0, 0, 0, 0, 0);

        /**
         * @param other others
         * @return both together
         */
        public Packed plus(Packed other) {
            return new Packed(
                    chunks + other.chunks,
                    bytes + other.bytes,
                    inline + other.inline,
                    objectsBefore + other.objectsBefore,
                    objectsAfter + other.objectsAfter,
                    ranges + other.ranges);
        }
    }

    /**
     * Packs that are needed no more.
     *
     * @param packs how many
     * @param bytes their sizes together
     * @param garbage how many of the bytes nothing reachable needed. The others are in new objects now, so by this much the
     *     repository becomes smaller
     */
    public record Emptied(long packs, long bytes, long garbage) {
        /** Nothing. */
        public static final Emptied NONE = new Emptied(0, 0, 0);

        /**
         * @param other others
         * @return both together
         */
        public Emptied plus(Emptied other) {
            return new Emptied(packs + other.packs, bytes + other.bytes, garbage + other.garbage);
        }
    }

    /**
     * @return all arrays together
     */
    public Packed total() {
        return arrays.values().stream().reduce(Packed.NONE, Packed::plus);
    }
}
