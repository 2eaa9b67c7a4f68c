package io.icestream.engine.format;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one commit changed. Commits that lost a race are checked against it.
 *
 * @param id the snapshot that the commit made
 * @param newGroups groups created
 * @param newArrays arrays created
 * @param deletedGroups groups deleted, those below a deleted group included
 * @param deletedArrays arrays deleted
 * @param updatedGroups groups that existed and whose metadata changed
 * @param updatedArrays arrays that existed and whose metadata changed
 * @param updatedChunks chunks set or deleted, per array, sorted and without repetition
 * @param moves nodes moved, from where they were before the commit to where they were after it
 */
public record TransactionLog(
        SnapshotId id,
        SortedSet<NodeId> newGroups,
        SortedSet<NodeId> newArrays,
        SortedSet<NodeId> deletedGroups,
        SortedSet<NodeId> deletedArrays,
        SortedSet<NodeId> updatedGroups,
        SortedSet<NodeId> updatedArrays,
        SortedMap<NodeId, List<ChunkIndex>> updatedChunks,
        List<Move> moves) {

    /** Copies and sorts. */
    public TransactionLog {
        newGroups = sorted(newGroups);
        newArrays = sorted(newArrays);
        deletedGroups = sorted(deletedGroups);
        deletedArrays = sorted(deletedArrays);
        updatedGroups = sorted(updatedGroups);
        updatedArrays = sorted(updatedArrays);
        updatedChunks = sortedChunks(updatedChunks);
        moves = moves.stream().sorted(Move.BY_DESTINATION).toList();
    }

    /** The log of a commit that changed nothing, such as that of the first snapshot. */
    public static TransactionLog empty(SnapshotId id) {
        SortedSet<NodeId> none = new TreeSet<>();
        return new TransactionLog(id, none, none, none, none, none, none, new TreeMap<>(), List.of());
    }

    private static SortedSet<NodeId> sorted(Collection<NodeId> ids) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(ids));
    }

    private static SortedMap<NodeId, List<ChunkIndex>> sortedChunks(Map<NodeId, List<ChunkIndex>> chunks) {
        TreeMap<NodeId, List<ChunkIndex>> copy = new TreeMap<>();
        chunks.forEach((node, indices) -> copy.put(node, sortedIndices(indices)));
        return Collections.unmodifiableSortedMap(copy);
    }

    private static List<ChunkIndex> sortedIndices(List<ChunkIndex> indices) {
        for (int i = 1; i < indices.size(); i++) {
            if (indices.get(i - 1).compareTo(indices.get(i)) >= 0) {
                return List.copyOf(new TreeSet<>(indices));
            }
        }
        return List.copyOf(indices);
    }

    /** Whether the commit changed nothing. */
    public boolean isEmpty() {
        return newGroups.isEmpty()
                && newArrays.isEmpty()
                && deletedGroups.isEmpty()
                && deletedArrays.isEmpty()
                && updatedGroups.isEmpty()
                && updatedArrays.isEmpty()
                && updatedChunks.isEmpty()
                && moves.isEmpty();
    }

    /**
     * A node that moved.
     *
     * @param from its path before the commit
     * @param to its path after the commit
     * @param id the node
     * @param kind what it is
     */
    public record Move(NodePath from, NodePath to, NodeId id, NodeKind kind) {
        /** The order of the file: by destination, segment by segment, so that {@code /a/b} comes before {@code /a-b}. */
        static final Comparator<Move> BY_DESTINATION =
                (left, right) -> compareSegments(left.to.toString(), right.to.toString());

        private static int compareSegments(String left, String right) {
            String[] a = left.split("/", -1);
            String[] b = right.split("/", -1);
            return Arrays.compare(a, b, Utf8Order.COMPARATOR);
        }
    }
}
