package io.icestream.engine.session;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.ChangeSetDifference;
import io.icestream.engine.change.ChunkChanges;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.conflict.Resolution;
import io.icestream.engine.conflict.TheirCommit;
import io.icestream.engine.conflict.TreeCheck;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The forks of one session.
 *
 * <p>A fork starts from a snapshot: the base of the session, or one made of its changes that is recorded nowhere. So its
 * changes are relative to a state that the session remembers. When they come back, what the session has done since that
 * state, other merges included, plays the part of the commit that was faster, and the fork's changes are moved over it like
 * those of any session.
 */
final class Forks {
    private final BranchTransaction transaction;
    private final Map<SnapshotId, Point> points = new HashMap<>();
    private final Set<SnapshotId> merged = new HashSet<>();
    private Optional<Point> latest = Optional.empty();

    /** A state that forks start from: the session's changes then, and the snapshot that shows them. */
    private record Point(SnapshotId snapshot, SnapshotId base, ChangeSet changes, long revision) {}

    Forks(BranchTransaction transaction) {
        this.transaction = transaction;
    }

    Bytes fork() {
        transaction.requireOpen();
        // What a fork stores, it stores later than this.
        transaction.noteWrite();
        Point point = latest.filter(this::isPresent).orElseGet(this::newPoint);
        SnapshotId fork = SnapshotId.random(transaction.context().random());
        return new ForkTicket(fork, point.snapshot(), transaction.branch()).encode();
    }

    /** The changes are gone that forks started from. */
    void forget() {
        points.clear();
        latest = Optional.empty();
    }

    private boolean isPresent(Point point) {
        return point.revision() == transaction.tree().changes().revision()
                && point.base().equals(transaction.base());
    }

    private Point newPoint() {
        ChangeSet changes = transaction.tree().changes();
        SnapshotId snapshot = changes.isEmpty() ? transaction.base() : transaction.writeForFork();
        Point point = new Point(snapshot, transaction.base(), changes.copy(), changes.revision());
        points.put(snapshot, point);
        latest = Optional.of(point);
        return point;
    }

    List<Conflict> merge(Bytes bytes, ConflictSolver solver) {
        transaction.requireOpen();
        ForkChanges fork = ForkChanges.decode(bytes);
        Point point = pointOf(fork);
        TheirCommit since = since(point);
        Resolution resolution = solver.solve(since, fork.changes());
        List<Conflict> conflicts = resolution instanceof Resolution.Unsolvable unsolvable
                ? unsolvable.conflicts()
                : TreeCheck.find(since, fork.changes(), ((Resolution.Movable) resolution).redefined());
        if (conflicts.isEmpty()) {
            concede((Resolution.Movable) resolution, fork.changes());
            apply(fork.changes());
            merged.add(fork.fork());
        }
        return conflicts;
    }

    private Point pointOf(ForkChanges fork) {
        Point point = points.get(fork.start());
        if (point == null || !point.base().equals(transaction.base())) {
            throw new IllegalArgumentException("Cannot merge a fork that started from " + fork.start()
                    + " into a session on " + transaction.base()
                    + ": it was forked from another session, or before a rebase; fork again and repeat its work");
        }
        if (merged.contains(fork.fork())) {
            throw new IllegalArgumentException(
                    "Cannot merge fork " + fork.fork() + ": its changes were merged already; merge each fork once");
        }
        return point;
    }

    private TheirCommit since(Point point) {
        WorkingTree now = transaction.tree();
        TransactionLog log = ChangeSetDifference.between(point.snapshot(), point.changes(), now.changes());
        Snapshot start = transaction.context().assets().fetchSnapshot(point.snapshot());
        SnapshotReader reader = new SnapshotReader(transaction.context().assets(), start);
        return new TheirCommit(log, new SnapshotLookup(() -> reader), new TreeLookup(now));
    }

    private void concede(Resolution.Movable resolution, ChangeSet theirs) {
        resolution.dropped().forEach(theirs::dropChunkChanges);
        resolution.notDeleted().forEach(theirs::dropDeletion);
        resolution.redefined().forEach((id, definition) -> {
            ChangeSet.UpdatedNode updated = theirs.findUpdated(id).orElseThrow();
            theirs.update(id, updated.path(), definition);
        });
    }

    private void apply(ChangeSet fork) {
        ChangeSet ours = transaction.tree().changes();
        fork.deletedNodes().forEach((id, node) -> {
            if (transaction
                    .tree()
                    .find(node.path())
                    .filter(there -> there.id().equals(id))
                    .isPresent()) {
                ours.delete(id, node.path(), node.kind());
                transaction.tree().forget(node.path());
            }
            transaction.forget(id);
        });
        fork.newNodes().values().forEach(node -> ours.create(node.id(), node.path(), node.definition()));
        fork.updatedNodes().forEach((id, node) -> {
            ours.update(id, node.path(), node.definition());
            transaction.forget(id);
            transaction.tree().forget(node.path());
        });
        fork.chunkChanges().forEach(this::apply);
    }

    private void apply(NodeId array, ChunkChanges chunks) {
        for (Map.Entry<ChunkIndex, Optional<ChunkReference>> change :
                chunks.all().entrySet()) {
            change.getValue()
                    .ifPresentOrElse(
                            reference -> transaction
                                    .tree()
                                    .changes()
                                    .setChunk(array, chunks.array(), change.getKey(), reference),
                            () -> transaction.tree().changes().deleteChunk(array, chunks.array(), change.getKey()));
        }
        transaction.forget(array);
    }
}
