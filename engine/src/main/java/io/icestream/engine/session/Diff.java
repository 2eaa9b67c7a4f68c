package io.icestream.engine.session;

import io.icestream.engine.change.TransactionLogs;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is different between two snapshots, or between a snapshot and a session. Made of what the commits in between say
 * that they touched, as the reference has it: a node that was changed and changed back counts as changed, and one that was
 * created and then changed is in both lists. Nodes that came and went are not told. A node is named by its path at the later
 * end, or if it is gone, by that at the earlier end.
 *
 * @param newGroups groups that there were not
 * @param newArrays arrays that there were not
 * @param deletedGroups groups that are gone
 * @param deletedArrays arrays that are gone
 * @param updatedGroups groups whose metadata was changed
 * @param updatedArrays arrays whose metadata was changed, new shapes included
 * @param updatedChunks chunks that were set or deleted, by array, of new and deleted arrays too
 * @param moves nodes that were moved, by where they ended up, those below a moved group included; unlike in the
 *     reference, moves of one node by several commits are one
 */
public record Diff(
        SortedSet<NodePath> newGroups,
        SortedSet<NodePath> newArrays,
        SortedSet<NodePath> deletedGroups,
        SortedSet<NodePath> deletedArrays,
        SortedSet<NodePath> updatedGroups,
        SortedSet<NodePath> updatedArrays,
        SortedMap<NodePath, SortedSet<ChunkIndex>> updatedChunks,
        List<Move> moves) {
    /** Copies the collections. */
    public Diff {
        newGroups = copy(newGroups);
        newArrays = copy(newArrays);
        deletedGroups = copy(deletedGroups);
        deletedArrays = copy(deletedArrays);
        updatedGroups = copy(updatedGroups);
        updatedArrays = copy(updatedArrays);
        TreeMap<NodePath, SortedSet<ChunkIndex>> chunks = new TreeMap<>();
        updatedChunks.forEach(
                (path, indices) -> chunks.put(path, Collections.unmodifiableSortedSet(new TreeSet<>(indices))));
        updatedChunks = Collections.unmodifiableSortedMap(chunks);
        moves = List.copyOf(moves);
    }

    private static SortedSet<NodePath> copy(SortedSet<NodePath> paths) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(paths));
    }

    /**
     * A node that is elsewhere.
     *
     * @param from where it was
     * @param to where it is
     */
    public record Move(NodePath from, NodePath to) {}

    /**
     * @return true if nothing is different
     */
    public boolean isEmpty() {
        return Stream.of(newGroups, newArrays, deletedGroups, deletedArrays, updatedGroups, updatedArrays, moves)
                        .allMatch(Collection::isEmpty)
                && updatedChunks.isEmpty();
    }

    static Diff of(WorkingTree tree) {
        TransactionLog log = TransactionLogs.of(SnapshotId.INITIAL, tree.changes());
        return of(log, tree.base().nodes(), tree.nodes());
    }

    /**
     * Puts together what commits touched.
     *
     * @param logs the logs of all commits in between, oldest first
     * @param before the nodes before the first of them
     * @param after the nodes after the last of them
     * @return the difference
     */
    public static Diff of(Collection<TransactionLog> logs, Collection<Node> before, Collection<Node> after) {
        TransactionLog all = logs.stream()
                .reduce((first, second) -> TransactionLogs.union(second.id(), first, second))
                .orElseGet(() -> TransactionLog.empty(SnapshotId.INITIAL));
        return of(all, before, after);
    }

    private static Diff of(TransactionLog log, Collection<Node> before, Collection<Node> after) {
        Map<NodeId, NodePath> paths = new HashMap<>();
        before.forEach(node -> paths.put(node.id(), node.path()));
        after.forEach(node -> paths.put(node.id(), node.path()));
        SortedMap<NodePath, SortedSet<ChunkIndex>> chunks = new TreeMap<>();
        log.updatedChunks()
                .forEach((id, indices) -> Optional.ofNullable(paths.get(id))
                        .ifPresent(path -> chunks.computeIfAbsent(path, key -> new TreeSet<>())
                                .addAll(indices)));
        return new Diff(
                resolved(log.newGroups(), paths),
                resolved(log.newArrays(), paths),
                resolved(log.deletedGroups(), paths),
                resolved(log.deletedArrays(), paths),
                resolved(log.updatedGroups(), paths),
                resolved(log.updatedArrays(), paths),
                chunks,
                log.moves().stream()
                        .map(move -> new Move(move.from(), move.to()))
                        .sorted(Comparator.comparing(Move::to))
                        .toList());
    }

    private static SortedSet<NodePath> resolved(Collection<NodeId> ids, Map<NodeId, NodePath> paths) {
        TreeSet<NodePath> resolved = new TreeSet<>();
        ids.forEach(id -> Optional.ofNullable(paths.get(id)).ifPresent(resolved::add));
        return resolved;
    }
}
