package io.icestream.engine.session;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.conflict.ReadSet;
import io.icestream.engine.conflict.Resolution;
import io.icestream.engine.conflict.TheirCommit;
import io.icestream.engine.conflict.TreeCheck;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.ReferenceView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Moves changes over the commits of others, oldest first. Each commit is passed as a whole or not at all: first the
 * logs of ancestors that expiration folded into it, then its own.
 *
 * <p>Cost, where not cached: one request for each log, and one for the snapshot of the last commit; if there is more to
 * compare than chunks, one for every snapshot. Those of up to {@value #FETCHED_TOGETHER} commits are made at the same time.
 */
final class Rebaser {
    private static final int FETCHED_TOGETHER = 32;

    private final SessionContext context;
    private final ReadSet reads;

    Rebaser(SessionContext context, ReadSet reads) {
        this.context = context;
        this.reads = reads;
    }

    /**
     * How far it went.
     *
     * @param base the last commit that the changes could be moved over, or the old base
     * @param altered nodes of which changes were dropped or merged
     * @param refusal why that is not the tip, or empty
     */
    record Result(SnapshotReader base, Set<NodeId> altered, Optional<RefusalReason> refusal) {}

    Result rebase(String branch, WorkingTree tree, ConflictSolver solver) {
        ReferenceView view = context.references().view();
        Optional<SnapshotId> tip = view.findBranch(branch);
        if (tip.isEmpty()) {
            return stay(tree, new RefusalReason.BranchMissing(branch));
        }
        Optional<Deque<SnapshotEntry>> commits = commitsSince(view, tree.base().id(), tip.get());
        if (commits.isEmpty()) {
            return stay(tree, new RefusalReason.BaseNotInHistory(tree.base().id(), tip.get()));
        }
        return passAll(commits.get(), tree, solver);
    }

    private static Result stay(WorkingTree tree, RefusalReason reason) {
        return new Result(tree.reader(), Set.of(), Optional.of(reason));
    }

    /** The commits after {@code base} up to {@code tip}, oldest first, or empty if the base is no ancestor. */
    private static Optional<Deque<SnapshotEntry>> commitsSince(ReferenceView view, SnapshotId base, SnapshotId tip) {
        Deque<SnapshotEntry> commits = new ArrayDeque<>();
        Iterator<SnapshotEntry> history = view.history(tip).iterator();
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
        SnapshotLookup base = new SnapshotLookup(tree::reader);
        Set<NodeId> altered = new HashSet<>();
        int passed = 0;
        for (SnapshotEntry commit : commits) {
            if (passed++ % FETCHED_TOGETHER == 0) {
                fetch(commits.stream().skip(passed - 1L).limit(FETCHED_TOGETHER), comparesNodes(tree.changes()));
            }
            SnapshotLookup next = new SnapshotLookup(() -> reader(commit.id()));
            Step step = pass(commit, base, next, tree.changes(), solver);
            if (!step.conflicts().isEmpty()) {
                RefusalReason reason = new RefusalReason.Conflicts(commit.id(), step.conflicts());
                return new Result(base.reader(), altered, Optional.of(reason));
            }
            step.concessions().apply(tree.changes(), next);
            altered.addAll(step.concessions().nodes());
            base = next;
        }
        return new Result(base.reader(), altered, Optional.empty());
    }

    private SnapshotReader reader(SnapshotId id) {
        return new SnapshotReader(context.assets(), context.assets().fetchSnapshot(id));
    }

    /** Whether the nodes of every commit will be looked at, as far as can be told; logs are enough to compare chunks. */
    private boolean comparesNodes(ChangeSet ours) {
        return !reads.isEmpty()
                || !ours.newNodes().isEmpty()
                || !ours.updatedNodes().isEmpty()
                || !ours.deletedNodes().isEmpty()
                || !ours.movedNodes().isEmpty();
    }

    /** Reads at the same time what is asked for one after the other, since others go on committing meanwhile. */
    private void fetch(Stream<SnapshotEntry> some, boolean withSnapshots) {
        List<SnapshotEntry> commits = some.toList();
        List<Runnable> requests = new ArrayList<>();
        for (int i = 0; i < commits.size(); i++) {
            SnapshotEntry commit = commits.get(i);
            if (withSnapshots || i == commits.size() - 1) {
                requests.add(() -> context.assets().fetchSnapshot(commit.id()));
            }
            logs(commit).forEach(log -> requests.add(() -> context.assets().fetchTransactionLog(log)));
        }
        context.parallel().map(requests, request -> {
            request.run();
            return request;
        });
    }

    private static List<SnapshotId> logs(SnapshotEntry commit) {
        List<SnapshotId> logs = new ArrayList<>(commit.prunedAncestorLogs());
        logs.add(commit.id());
        return logs;
    }

    private record Step(Concessions concessions, List<Conflict> conflicts) {}

    private Step pass(
            SnapshotEntry commit, SnapshotLookup before, SnapshotLookup after, ChangeSet ours, ConflictSolver solver) {
        Concessions concessions = new Concessions();
        for (SnapshotId id : logs(commit)) {
            TheirCommit theirs = new TheirCommit(context.assets().fetchTransactionLog(id), before, after);
            Resolution resolution = solver.solve(theirs, ours);
            if (resolution instanceof Resolution.Unsolvable unsolvable) {
                return new Step(concessions, unsolvable.conflicts());
            }
            concessions.add((Resolution.Movable) resolution);
            List<Conflict> broken = new ArrayList<>(TreeCheck.find(theirs, ours, concessions.redefined()));
            broken.addAll(reads.find(theirs));
            if (!broken.isEmpty()) {
                return new Step(concessions, broken);
            }
        }
        return new Step(concessions, List.of());
    }
}
