package io.icestream.engine.session;

import io.icestream.engine.change.TransactionLogs;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.util.ArrayList;
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
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is different between two snapshots, or between a snapshot and a session. Made of what the commits in between say
 * that they touched, so a node that was changed and changed back counts as changed. A node that came and went is not told.
 *
 * @param newGroups groups that there were not
 * @param newArrays arrays that there were not
 * @param deletedGroups groups that are gone, by the path they had
 * @param deletedArrays arrays that are gone
 * @param updatedGroups groups whose metadata was changed, by the path they have
 * @param updatedArrays arrays whose metadata was changed, new shapes included
 * @param updatedChunks chunks that were set or deleted, by array, of new arrays too
 * @param moves nodes that are elsewhere, by the path they have, those below a moved group included
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
        Map<NodeId, NodePath> old = paths(before);
        Map<NodeId, NodePath> now = paths(after);
        Function<NodeId, Optional<NodePath>> created =
                id -> old.containsKey(id) ? Optional.empty() : Optional.ofNullable(now.get(id));
        Function<NodeId, Optional<NodePath>> deleted =
                id -> now.containsKey(id) ? Optional.empty() : Optional.ofNullable(old.get(id));
        Function<NodeId, Optional<NodePath>> updated =
                id -> old.containsKey(id) ? Optional.ofNullable(now.get(id)) : Optional.empty();
        SortedMap<NodePath, SortedSet<ChunkIndex>> chunks = new TreeMap<>();
        log.updatedChunks()
                .forEach((id, indices) ->
                        Optional.ofNullable(now.get(id)).ifPresent(path -> chunks.put(path, new TreeSet<>(indices))));
        return new Diff(
                resolved(log.newGroups(), created),
                resolved(log.newArrays(), created),
                resolved(log.deletedGroups(), deleted),
                resolved(log.deletedArrays(), deleted),
                resolved(log.updatedGroups(), updated),
                resolved(log.updatedArrays(), updated),
                chunks,
                moves(log, old, now));
    }

    private static Map<NodeId, NodePath> paths(Collection<Node> nodes) {
        Map<NodeId, NodePath> paths = new HashMap<>();
        nodes.forEach(node -> paths.put(node.id(), node.path()));
        return paths;
    }

    private static SortedSet<NodePath> resolved(Collection<NodeId> ids, Function<NodeId, Optional<NodePath>> pathOf) {
        TreeSet<NodePath> paths = new TreeSet<>();
        ids.forEach(id -> pathOf.apply(id).ifPresent(paths::add));
        return paths;
    }

    private static List<Move> moves(TransactionLog log, Map<NodeId, NodePath> old, Map<NodeId, NodePath> now) {
        List<Move> moves = new ArrayList<>();
        for (TransactionLog.Move move : log.moves()) {
            NodePath from = old.get(move.id());
            NodePath to = now.get(move.id());
            if (from != null && to != null && !from.equals(to)) {
                moves.add(new Move(from, to));
            }
        }
        moves.sort(Comparator.comparing(Move::to));
        return moves;
    }
}
