package io.icestream.engine.session;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.conflict.NodeLookup;
import io.icestream.engine.conflict.Resolution;
import io.icestream.engine.conflict.TreeCheck;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.ref.History;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Moves changes over the commits of others, oldest first. Each commit is passed as a whole or not at all: first the
 * logs of ancestors that expiration folded into it, then its own.
 *
 * <p>Cost: one request per commit for its snapshot and one for each log, where not cached.
 */
final class Rebaser {
    private final SessionContext context;

    Rebaser(SessionContext context) {
        this.context = context;
    }

    /**
     * How far it went.
     *
     * @param base the last commit that the changes could be moved over, or the old base
     * @param droppedFrom arrays of which chunk changes were dropped
     * @param refusal why that is not the tip, or empty
     */
    record Result(SnapshotReader base, Set<NodeId> droppedFrom, Optional<RefusalReason> refusal) {}

    Result rebase(String branch, WorkingTree tree, ConflictSolver solver) {
        RepositoryInfo info = context.references().fetch();
        SnapshotId tip = info.branches().get(branch);
        if (tip == null) {
            return stay(tree, new RefusalReason.BranchMissing(branch));
        }
        Optional<Deque<SnapshotEntry>> commits = commitsSince(info, tree.base().id(), tip);
        if (commits.isEmpty()) {
            return stay(tree, new RefusalReason.BaseNotInHistory(tree.base().id(), tip));
        }
        return passAll(commits.get(), tree, solver);
    }

    private static Result stay(WorkingTree tree, RefusalReason reason) {
        return new Result(tree.reader(), Set.of(), Optional.of(reason));
    }

    /** The commits after {@code base} up to {@code tip}, oldest first, or empty if the base is no ancestor. */
    private static Optional<Deque<SnapshotEntry>> commitsSince(RepositoryInfo info, SnapshotId base, SnapshotId tip) {
        Deque<SnapshotEntry> commits = new ArrayDeque<>();
        Iterator<SnapshotEntry> history = History.of(info, tip).iterator();
        while (history.hasNext()) {
            SnapshotEntry entry = history.next();
            if (entry.id().equals(base)) {
                return Optional.of(commits);
            }
            commits.addFirst(entry);
        }
        return Optional.empty();
    }

    private Result passAll(Deque<SnapshotEntry> commits, WorkingTree tree, ConflictSolver solver) {
        SnapshotReader base = tree.reader();
        Set<NodeId> droppedFrom = new HashSet<>();
        for (SnapshotEntry commit : commits) {
            Snapshot after = context.assets().fetchSnapshot(commit.id());
            Step step = pass(commit, base.snapshot(), after, tree.changes(), solver);
            if (!step.conflicts().isEmpty()) {
                RefusalReason reason = new RefusalReason.Conflicts(commit.id(), step.conflicts());
                return new Result(base, droppedFrom, Optional.of(reason));
            }
            step.dropped().forEach(tree.changes()::dropChunkChanges);
            droppedFrom.addAll(step.dropped().keySet());
            base = new SnapshotReader(context.assets(), after);
        }
        return new Result(base, droppedFrom, Optional.empty());
    }

    private record Step(Map<NodeId, SortedSet<ChunkIndex>> dropped, List<Conflict> conflicts) {}

    private Step pass(SnapshotEntry commit, Snapshot before, Snapshot after, ChangeSet ours, ConflictSolver solver) {
        List<SnapshotId> logs = new ArrayList<>(commit.prunedAncestorLogs());
        logs.add(commit.id());
        Map<NodeId, SortedSet<ChunkIndex>> dropped = new HashMap<>();
        for (SnapshotId id : logs) {
            TransactionLog theirs = context.assets().fetchTransactionLog(id);
            Resolution resolution = solver.solve(theirs, NodeLookup.of(after), ours);
            if (resolution instanceof Resolution.Unsolvable unsolvable) {
                return new Step(Map.of(), unsolvable.conflicts());
            }
            ((Resolution.Movable) resolution).dropped().forEach((array, chunks) -> merge(dropped, array, chunks));
            List<Conflict> broken = TreeCheck.find(NodeLookup.of(before), theirs, NodeLookup.of(after), ours);
            if (!broken.isEmpty()) {
                return new Step(Map.of(), broken);
            }
        }
        return new Step(dropped, List.of());
    }

    private static void merge(Map<NodeId, SortedSet<ChunkIndex>> dropped, NodeId array, SortedSet<ChunkIndex> chunks) {
        dropped.merge(array, chunks, (first, second) -> {
            SortedSet<ChunkIndex> both = new TreeSet<>(first);
            both.addAll(second);
            return both;
        });
    }
}
