package io.icestream.engine.maintenance;

import io.icestream.engine.format.NodePath;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much a repository stores.
 *
 * @param chunks chunks that the snapshots asked for refer to
 * @param arrays the same per array, under the path it had in the first snapshot in which it was met; a chunk that two arrays
 *     share counts for the one met first
 * @param objects all objects of each kind, garbage included
 */
public record StorageReport(
        ChunkStorage chunks, SortedMap<NodePath, ChunkStorage> arrays, Map<ObjectKind, Tally> objects) {
    /** Copies the collections. */
    public StorageReport {
        arrays = Collections.unmodifiableSortedMap(new TreeMap<>(arrays));
        objects = Collections.unmodifiableMap(new EnumMap<>(objects));
    }

    /**
     * Chunks by how they are stored.
     *
     * @param stored parts of chunk objects, each part counted once
     * @param virtual parts of objects outside the repository, each part counted once
     * @param inline chunks within manifests, counted once per manifest
     */
    public record ChunkStorage(Tally stored, Tally virtual, Tally inline) {
        /** No chunks. */
        public static final ChunkStorage NONE = new ChunkStorage(Tally.NONE, Tally.NONE, Tally.NONE);

        /**
         * @param other other chunks
         * @return both together
         */
        public ChunkStorage plus(ChunkStorage other) {
            return new ChunkStorage(stored.plus(other.stored), virtual.plus(other.virtual), inline.plus(other.inline));
        }

        /**
         * @return all together
         */
        public Tally total() {
            return stored.plus(virtual).plus(inline);
        }
    }
}
