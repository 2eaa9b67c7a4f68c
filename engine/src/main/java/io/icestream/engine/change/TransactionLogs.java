package io.icestream.engine.change;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Makes the transaction log of a commit from its changes. Source: Icechunk specification 2, transaction logs. */
public final class TransactionLogs {
    private TransactionLogs() {}

    /**
     * Records what a change set does. A resize is an update of the array; chunks that fall out of the new shape are not
     * listed.
     *
     * @param id the snapshot that the changes lead to
     * @param changes the changes
     * @return the log
     */
    public static TransactionLog of(SnapshotId id, ChangeSet changes) {
        return new TransactionLog(
                id,
                created(changes, NodeKind.GROUP),
                created(changes, NodeKind.ARRAY),
                deleted(changes, NodeKind.GROUP),
                deleted(changes, NodeKind.ARRAY),
                updated(changes, NodeKind.GROUP),
                updated(changes, NodeKind.ARRAY),
                updatedChunks(changes),
                moves(changes));
    }

    /**
     * Puts two logs together, for a commit that takes the place of another one. Moves of one node become one; nothing else
     * cancels out, so a node that the first log creates and the second deletes is in both lists.
     *
     * @param id the snapshot that both lead to
     * @param first what was done first
     * @param second what was done then
     * @return the union
     */
    public static TransactionLog union(SnapshotId id, TransactionLog first, TransactionLog second) {
        return new TransactionLog(
                id,
                union(first.newGroups(), second.newGroups()),
                union(first.newArrays(), second.newArrays()),
                union(first.deletedGroups(), second.deletedGroups()),
                union(first.deletedArrays(), second.deletedArrays()),
                union(first.updatedGroups(), second.updatedGroups()),
                union(first.updatedArrays(), second.updatedArrays()),
                unionOfChunks(first.updatedChunks(), second.updatedChunks()),
                chained(first.moves(), second.moves()));
    }

    private static SortedSet<NodeId> union(SortedSet<NodeId> first, SortedSet<NodeId> second) {
        SortedSet<NodeId> both = new TreeSet<>(first);
        both.addAll(second);
        return both;
    }

    private static SortedMap<NodeId, List<ChunkIndex>> unionOfChunks(
            SortedMap<NodeId, List<ChunkIndex>> first, SortedMap<NodeId, List<ChunkIndex>> second) {
        SortedMap<NodeId, List<ChunkIndex>> both = new TreeMap<>(first);
        second.forEach((id, chunks) -> both.merge(id, chunks, (a, b) -> {
            SortedSet<ChunkIndex> merged = new TreeSet<>(a);
            merged.addAll(b);
            return List.copyOf(merged);
        }));
        return both;
    }

    private static List<TransactionLog.Move> chained(
            List<TransactionLog.Move> first, List<TransactionLog.Move> second) {
        Map<NodeId, TransactionLog.Move> byNode = new LinkedHashMap<>();
        Stream.concat(first.stream(), second.stream())
                .forEach(move -> byNode.merge(
                        move.id(), move, (a, b) -> new TransactionLog.Move(a.from(), b.to(), a.id(), a.kind())));
        return byNode.values().stream()
                .filter(move -> !move.from().equals(move.to()))
                .toList();
    }

    /** A node that ended up where it was did not move. */
    private static List<TransactionLog.Move> moves(ChangeSet changes) {
        List<TransactionLog.Move> moves = new ArrayList<>();
        changes.movedNodes().forEach((id, moved) -> {
            if (!moved.from().equals(moved.to())) {
                moves.add(new TransactionLog.Move(moved.from(), moved.to(), id, moved.kind()));
            }
        });
        return moves;
    }

    private static SortedSet<NodeId> created(ChangeSet changes, NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        for (ChangeSet.NewNode node : changes.newNodes().values()) {
            if (node.definition().kind() == kind) {
                ids.add(node.id());
            }
        }
        return ids;
    }

    private static SortedSet<NodeId> deleted(ChangeSet changes, NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        changes.deletedNodes().forEach((id, node) -> {
            if (node.kind() == kind) {
                ids.add(id);
            }
        });
        return ids;
    }

    private static SortedSet<NodeId> updated(ChangeSet changes, NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        changes.updatedNodes().forEach((id, node) -> {
            if (node.definition().kind() == kind) {
                ids.add(id);
            }
        });
        return ids;
    }

    private static SortedMap<NodeId, List<ChunkIndex>> updatedChunks(ChangeSet changes) {
        SortedMap<NodeId, List<ChunkIndex>> chunks = new TreeMap<>();
        changes.chunkChanges()
                .forEach((id, changed) ->
                        chunks.put(id, new ArrayList<>(changed.all().keySet())));
        return chunks;
    }
}
