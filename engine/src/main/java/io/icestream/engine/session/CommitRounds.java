package io.icestream.engine.session;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.observe.Activity;
import io.icestream.engine.observe.Ending;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.ref.Publication;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.ref.ReferenceView;
import java.util.Optional;

/**
 * The rounds of one commit: validate, apply, publish; after a lost race rebase and begin the next round.
 *
 * <p>Commits of one process to one branch take turns to publish: {@link CommitTurns}. What can take long, asking the first
 * questions and making manifests, comes before that and holds nobody up.
 *
 * <p>The tip that was validated is the base that is applied to, and publishing fails unless it still is the tip. So
 * every check holds at the moment of publishing, and nothing after it can change the result. Nothing is deleted: what a
 * lost round wrote either serves the next one or is garbage.
 */
final class CommitRounds {
    /** How many commits, counted from the tip, are searched for an idempotency key. */
    static final int KEY_SEARCH_DEPTH = 1000;

    private static final int MAX_PAUSES = 8;

    private final SessionContext context;
    private final BranchTransaction session;
    private final CommitRequest request;
    private int rebases;
    private Optional<SnapshotId> seenTip = Optional.empty();

    CommitRounds(SessionContext context, BranchTransaction session, CommitRequest request) {
        this.context = context;
        this.session = session;
        this.request = request;
    }

    CommitOutcome run() {
        Optional<CommitOutcome> early = examine();
        if (early.isPresent()) {
            return early.get();
        }
        Publication made = session.flush(request, rebases);
        try (CommitTurns.Turn turn = CommitTurns.of(context).take(session.branch())) {
            Optional<CommitOutcome> outcome = turn.waited() ? publishAfterOthers(made) : publish(made);
            while (outcome.isEmpty()) {
                await();
                outcome = catchUp().or(this::round);
            }
            return outcome.get();
        }
    }

    /**
     * Waits until the branch has stayed where it is for a pause, but not longer than {@value #MAX_PAUSES} of them. Who writes
     * while others commit one after the other will probably lose again, and slows them down besides; a look costs one
     * request without payload.
     */
    private void await() {
        Observer.Span span = context.observer().begin(Activity.of("wait", session.branch()));
        try {
            for (int pauses = 1; pauses <= MAX_PAUSES; pauses++) {
                context.backoff().pause(rebases + pauses);
                Optional<SnapshotId> now = tip();
                if (now.equals(seenTip)) {
                    return;
                }
                seenTip = now;
            }
        } finally {
            span.end(Ending.done());
        }
    }

    private Optional<SnapshotId> tip() {
        return context.references().view().findBranch(session.branch());
    }

    /** One round on the present base; empty if others were faster. */
    private Optional<CommitOutcome> round() {
        return examine().or(() -> publish(session.flush(request, rebases)));
    }

    /** What speaks against a commit, or makes it unnecessary. */
    private Optional<CommitOutcome> examine() {
        Optional<CommitOutcome> early = validate();
        if (early.isPresent()) {
            return early;
        }
        return request.isEmptyAllowed() || session.hasWork(request.isRewriteOfManifests())
                ? Optional.empty()
                : refused(new RefusalReason.NothingToCommit());
    }

    private boolean validatesNothing() {
        return request.idempotencyKey().isEmpty() && request.precondition() == Precondition.NONE;
    }

    /** Asks the questions that need the tip, if the request has any. */
    private Optional<CommitOutcome> validate() {
        if (validatesNothing()) {
            return Optional.empty();
        }
        ReferenceView view = context.references().view();
        Optional<SnapshotId> tip = view.findBranch(session.branch());
        if (tip.isEmpty()) {
            return refused(new RefusalReason.BranchMissing(session.branch()));
        }
        Optional<SnapshotId> earlier = request.idempotencyKey().flatMap(key -> KeySearch.find(view, tip.get(), key));
        if (earlier.isPresent()) {
            return Optional.of(new CommitOutcome.Committed(earlier.get(), rebases, true));
        }
        if (!tip.get().equals(session.base())) {
            return catchUp().or(this::validate);
        }
        return ask();
    }

    private Optional<CommitOutcome> ask() {
        Verdict verdict = request.precondition().check(session.baseSession());
        if (verdict instanceof Verdict.AlreadyDone done) {
            return Optional.of(new CommitOutcome.Committed(done.id(), rebases, true));
        }
        if (verdict instanceof Verdict.Abort abort) {
            return refused(new RefusalReason.PreconditionFailed(abort.reason()));
        }
        return Optional.empty();
    }

    private Optional<CommitOutcome> publish(Publication publication) {
        PublishOutcome published = session.publish(publication);
        if (published instanceof PublishOutcome.BranchMoved moved) {
            seenTip = Optional.of(moved.actual());
        }
        return session.conclusion(published)
                .map(outcome -> outcome instanceof CommitOutcome.Committed committed
                        ? new CommitOutcome.Committed(committed.id(), rebases, false)
                        : outcome);
    }

    /** Moves the session onto the tip, as far as the request allows it; empty if it is there. */
    private Optional<CommitOutcome> catchUp() {
        if (request.solver().isEmpty()) {
            return refused(reasonWithoutSolver());
        }
        if (rebases >= request.rebaseAttempts()) {
            return refused(new RefusalReason.AttemptsExhausted(rebases));
        }
        rebases++;
        return session.rebase(request.solver().get()).flatMap(this::refused);
    }

    /** Others of this process have most likely committed meanwhile: looks first, rather than lose a round to them. */
    private Optional<CommitOutcome> publishAfterOthers(Publication made) {
        if (!validatesNothing()) {
            return round();
        }
        if (request.solver().isEmpty() || request.rebaseAttempts() == 0) {
            return publish(made);
        }
        SnapshotId former = session.base();
        Optional<RefusalReason> refusal = session.rebase(request.solver().get());
        if (session.base().equals(former)) {
            return refusal.flatMap(this::refused).or(() -> publish(made));
        }
        rebases++;
        return refusal.flatMap(this::refused).or(this::round);
    }

    private RefusalReason reasonWithoutSolver() {
        return context.references()
                .view()
                .findBranch(session.branch())
                .<RefusalReason>map(tip -> new RefusalReason.BranchMoved(session.base(), tip))
                .orElseGet(() -> new RefusalReason.BranchMissing(session.branch()));
    }

    private Optional<CommitOutcome> refused(RefusalReason reason) {
        return Optional.of(new CommitOutcome.Refused(session.branch(), reason));
    }
}
