package io.icestream.engine.change;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The chunks of one array that a session has set or deleted, in the order of manifests. Belongs to one thread at a
 * time.
 *
 * <p>Cost: one tree entry per changed chunk, so a million are some 150 MB and a second.
 */
public final class ChunkChanges {
    private final NodePath array;
    private final TreeMap<ChunkIndex, Optional<ChunkReference>> changes = new TreeMap<>();

    ChunkChanges(NodePath array) {
        this.array = array;
    }

    /**
     * @return where the array is
     */
    public NodePath array() {
        return array;
    }

    ChunkChanges copy() {
        ChunkChanges copy = new ChunkChanges(array);
        copy.changes.putAll(changes);
        return copy;
    }

    void set(ChunkIndex chunk, ChunkReference reference) {
        changes.put(chunk, Optional.of(reference));
    }

    void delete(ChunkIndex chunk) {
        changes.put(chunk, Optional.empty());
    }

    void drop(Collection<ChunkIndex> chunks) {
        chunks.forEach(changes::remove);
    }

    /**
     * Looks a chunk up.
     *
     * @param chunk the chunk
     * @return empty if it was not changed; an empty reference if it was deleted; else where it now is
     */
    public Optional<Optional<ChunkReference>> find(ChunkIndex chunk) {
        return Optional.ofNullable(changes.get(chunk));
    }

    /**
     * Tells whether a chunk was changed.
     *
     * @param chunk the chunk
     * @return true if it was set or deleted
     */
    public boolean contains(ChunkIndex chunk) {
        return changes.containsKey(chunk);
    }

    /**
     * @return number of changed chunks
     */
    public int count() {
        return changes.size();
    }

    /**
     * @return true if no chunk was changed
     */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /**
     * @return a live view of all changes, in order; an empty value is a deletion
     */
    public SortedMap<ChunkIndex, Optional<ChunkReference>> all() {
        return Collections.unmodifiableSortedMap(changes);
    }
}
