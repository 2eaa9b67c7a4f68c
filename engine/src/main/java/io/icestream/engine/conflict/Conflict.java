package io.icestream.engine.conflict;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One thing that two commits disagree on.
 *
 * @param kind what kind of disagreement
 * @param path the node concerned, by the path that it has for us; the root for a move
 * @param chunks the chunks concerned, in order; empty if it is not about chunks
 */
public record Conflict(ConflictKind kind, NodePath path, SortedSet<ChunkIndex> chunks) {
    /** Copies the chunks. */
    public Conflict {
        chunks = Collections.unmodifiableSortedSet(new TreeSet<>(chunks));
    }

    /**
     * A conflict about a node as a whole.
     *
     * @param kind what kind of disagreement
     * @param path the node concerned
     * @return the conflict, without chunks
     */
    public static Conflict of(ConflictKind kind, NodePath path) {
        return new Conflict(kind, path, Collections.emptySortedSet());
    }

    /**
     * A conflict about chunks that both sides changed.
     *
     * @param path the array
     * @param chunks the chunks, at least one
     * @return the conflict
     */
    public static Conflict ofChunks(NodePath path, Collection<ChunkIndex> chunks) {
        return new Conflict(ConflictKind.CHUNK_DOUBLE_UPDATE, path, new TreeSet<>(chunks));
    }

    /**
     * A conflict about some chunks of an array.
     *
     * @param kind what kind of disagreement
     * @param path the array
     * @param chunks the chunks
     * @return the conflict
     */
    public static Conflict of(ConflictKind kind, NodePath path, Collection<ChunkIndex> chunks) {
        return new Conflict(kind, path, new TreeSet<>(chunks));
    }

    @Override
    public String toString() {
        return kind + " at " + path + (chunks.isEmpty() ? "" : " in chunks " + describeChunks());
    }

    private String describeChunks() {
        int shown = 5;
        String first = chunks.stream()
                .limit(shown)
                .map(ChunkIndex::toString)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        return chunks.size() > shown ? first + " and " + (chunks.size() - shown) + " more" : first;
    }
}
