package io.icestream.engine.session;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.ref.Publication;
import io.icestream.engine.ref.PublishOutcome;
import java.util.Optional;

/**
 * Puts a snapshot in the place of the tip of a branch: the content of the tip with the changes on top, both transaction logs
 * in one, the parent and the pruned logs of the amended snapshot. The tip must be the very snapshot that the session
 * started from, at the moment of publishing.
 */
final class Amendment {
    private final SessionContext context;
    private final BranchTransaction session;
    private final AmendRequest request;

    Amendment(SessionContext context, BranchTransaction session, AmendRequest request) {
        this.context = context;
        this.session = session;
        this.request = request;
    }

    CommitOutcome run() {
        context.references().requireVersion2("amended commits");
        Optional<RefusalReason> refusal = look();
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        TransactionLog amended = context.assets().fetchTransactionLog(session.base());
        if (!amended.moves().isEmpty() && !session.rearranges()) {
            return refused(new RefusalReason.CannotAmend(
                    session.base(), "it moved nodes; amend it in a rearrange session, or commit on top of it"));
        }
        return publish(session.flushAmendment(request, amended));
    }

    private Optional<RefusalReason> look() {
        if (!request.emptyAllowed() && !session.hasWork(request.rewritesManifests())) {
            return Optional.of(new RefusalReason.NothingToCommit());
        }
        RepositoryInfo info = context.references().fetch();
        SnapshotId tip = info.branches().get(session.branch());
        if (tip == null) {
            return Optional.of(new RefusalReason.BranchMissing(session.branch()));
        }
        if (!tip.equals(session.base())) {
            return Optional.of(moved(tip));
        }
        Optional<SnapshotId> parent = info.snapshots().find(tip).flatMap(SnapshotEntry::parent);
        return parent.isPresent()
                ? Optional.empty()
                : Optional.of(new RefusalReason.CannotAmend(
                        tip, "it is the first snapshot of the repository; commit on top of it"));
    }

    private RefusalReason moved(SnapshotId tip) {
        return new RefusalReason.CannotAmend(
                session.base(), "the tip is " + tip + " now; open a new session to amend that, or commit on top of it");
    }

    private CommitOutcome publish(Publication publication) {
        PublishOutcome outcome = session.publish(publication);
        return session.conclusion(outcome)
                .orElseGet(() -> refused(moved(((PublishOutcome.BranchMoved) outcome).actual())));
    }

    private CommitOutcome refused(RefusalReason reason) {
        return new CommitOutcome.Refused(session.branch(), reason);
    }
}
