package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.conflict.ReadSet;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.observe.Activity;
import io.icestream.engine.observe.Ending;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.Publication;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.storage.StorageException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What every session that changes a branch does with its changes: keep them, flush, rebase, commit, amend. Belongs to one
 * thread at a time.
 *
 * <p>States: <i>open</i>, changes can be made; <i>flushed</i>, the changes are written but not published; <i>committed</i>.
 * A publication without an answer is remembered, and settled by the next attempt before anything else.
 */
final class BranchTransaction {
    private enum State {
        OPEN,
        FLUSHED,
        COMMITTED
    }

    /** A publication that got no answer, and how to find out what became of it. */
    private record Unanswered(
            Publication publication,
            StorageException cause,
            BiFunction<Publication, StorageException, PublishOutcome> settle) {
        PublishOutcome settled() {
            return settle.apply(publication, cause);
        }
    }

    private final SessionContext context;
    private final String branch;
    private final Set<Feature> features;
    private final Flusher flusher;
    private final ReadSet reads = new ReadSet();
    private final Renewal renewal = new Renewal();
    private WorkingTree tree;
    private SnapshotId planned;
    private State state = State.OPEN;
    private Optional<Unanswered> pending = Optional.empty();
    private Optional<Instant> oldestWrite = Optional.empty();

    BranchTransaction(SessionContext context, String branch, Snapshot base, Set<Feature> features) {
        this.context = context;
        this.branch = branch;
        this.features = features;
        this.flusher = new Flusher(context);
        this.tree = new WorkingTree(new SnapshotReader(context.assets(), base), new ChangeSet());
        this.planned = SnapshotId.random(context.random());
    }

    SessionContext context() {
        return context;
    }

    String branch() {
        return branch;
    }

    WorkingTree tree() {
        return tree;
    }

    ReadSet reads() {
        return reads;
    }

    SnapshotId base() {
        return tree.base().id();
    }

    SnapshotId planned() {
        return planned;
    }

    boolean hasChanges() {
        return !tree.changes().isEmpty();
    }

    /** What is written anew though it did not change; of a {@link LayoutSession}. */
    Renewal renewal() {
        return renewal;
    }

    private Renewal renewal(boolean rewritesManifests) {
        return rewritesManifests ? Renewal.ofAllLayouts() : renewal;
    }

    /** Whether a commit would do anything. */
    boolean hasWork(boolean rewritesManifests) {
        return hasChanges() || flusher.writesManifests(tree, renewal(rewritesManifests));
    }

    LayoutSession.Preview preview(Node array, Renewal layout) {
        return flusher.plan(tree, array, layout).orElseThrow().preview(tree.reader());
    }

    /** Stores the manifests of an array that the next flush would write anew. */
    void writeRenewedManifests(Node array) {
        requireOpen();
        noteWrite();
        flusher.writeManifests(tree, array, renewal);
    }

    void forgetFlushed() {
        requireOpen();
        flusher.forgetAll();
    }

    /** Notes that an object is about to be written that only this session knows. */
    void noteWrite() {
        if (oldestWrite.isEmpty()) {
            oldestWrite = Optional.of(context.clock().instant());
        }
    }

    /** Notes that an object was written then, or later, that nothing committed refers to. */
    void noteWrite(Instant at) {
        if (oldestWrite.isEmpty() || at.isBefore(oldestWrite.get())) {
            oldestWrite = Optional.of(at);
        }
    }

    /** When the first object was written that only this session knows. */
    Optional<Instant> oldestWrite() {
        return oldestWrite;
    }

    /** Whether this session may have moved nodes. */
    boolean rearranges() {
        return features.contains(Feature.MOVE_NODE);
    }

    /** The changes of a node are other ones now, so that what was flushed of it does not fit any more. */
    void forget(NodeId node) {
        flusher.forget(node);
    }

    void discard() {
        requireOpen();
        flusher.forgetAll();
        oldestWrite = Optional.empty();
        tree = tree.withoutChanges();
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    void requireOpen() {
        if (!isOpen()) {
            String why = state == State.FLUSHED
                    ? "flushed; rebase it, or publish and open a new one"
                    : "committed; open a new one";
            throw new IllegalStateException("Session on branch '" + branch + "' cannot be changed: it is " + why);
        }
    }

    private void requireNotCommitted() {
        if (state == State.COMMITTED) {
            requireOpen();
        }
    }

    private void requireSettled() {
        if (pending.isPresent()) {
            throw new IllegalStateException(
                    "Session on branch '" + branch + "' cannot go on: it is not known whether snapshot "
                            + pending.get().publication().entry().id() + " was committed; commit again to find out");
        }
    }

    FlushedSnapshot flush(CommitRequest request) {
        requireChanges("flush", request.isEmptyAllowed());
        requireNotCommitted();
        requireSettled();
        FlushedSnapshot flushed = FlushedSnapshot.stored(flush(request, 0));
        state = State.FLUSHED;
        return flushed;
    }

    private void requireChanges(String what, boolean emptyAllowed) {
        if (!hasChanges() && !emptyAllowed) {
            throw new IllegalStateException("Cannot " + what + " session on branch '" + branch
                    + "': there are no changes; allow an empty commit if one is wanted");
        }
    }

    Publication flush(CommitRequest request, int rebaseAttempts) {
        features.forEach(context.settings()::require);
        SortedMap<String, JsonNode> metadata = CommitMetadata.of(context.commitMetadata(), request, rebaseAttempts);
        return write(request.message(), metadata, Optional.empty(), request.isRewriteOfManifests());
    }

    private Publication write(
            String message,
            SortedMap<String, JsonNode> metadata,
            Optional<TransactionLog> amended,
            boolean rewritesManifests) {
        noteWrite();
        Renewal anew = renewal(rewritesManifests);
        SortedMap<String, JsonNode> told =
                anew.laysOut() ? CommitMetadata.withSplitting(metadata, context.config()) : metadata;
        Flusher.Description description = new Flusher.Description(planned, message, told, anew);
        Flusher.Flushed flushed = context.observer()
                .observe(
                        Activity.of("flush", branch),
                        () -> flusher.flush(tree, description, amended),
                        made -> Ending.done());
        planned = SnapshotId.random(context.random());
        return new Publication(flushed.entry(), amended.map(log -> base()), features, oldestWrite, flushed.objects());
    }

    /** What the session would see of a snapshot with its changes, without being published or recorded anywhere. */
    SnapshotId writeForFork() {
        requireOpen();
        String message = "fork of a session on branch '" + branch + "'";
        return FlushedSnapshot.stored(write(message, context.commitMetadata(), Optional.empty(), false))
                .id();
    }

    PublishOutcome publish(Publication made) {
        return remembered(
                made,
                published(() -> context.references().publish(branch, made)),
                (publication, cause) -> published(() -> context.references().settle(branch, publication, cause)));
    }

    private PublishOutcome published(Supplier<PublishOutcome> publish) {
        return context.observer().observe(Activity.of("publish", branch), publish, CommitEndings::of);
    }

    private PublishOutcome remembered(
            Publication publication,
            PublishOutcome outcome,
            BiFunction<Publication, StorageException, PublishOutcome> settle) {
        pending = outcome instanceof PublishOutcome.Unknown unknown
                ? Optional.of(new Unanswered(publication, unknown.cause(), settle))
                : Optional.empty();
        return outcome;
    }

    /** What an attempt means for the commit; empty if the branch has moved. */
    Optional<CommitOutcome> conclusion(PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Published published) {
            return Optional.of(new CommitOutcome.Committed(published.id(), 0, false));
        }
        if (outcome instanceof PublishOutcome.Unknown unknown) {
            return Optional.of(new CommitOutcome.Unknown(unknown.id(), unknown.cause()));
        }
        return refusal(outcome).map(reason -> new CommitOutcome.Refused(branch, reason));
    }

    private static Optional<RefusalReason> refusal(PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.TooOld old) {
            return Optional.of(RefusalReason.TooOld.of(old));
        }
        if (outcome instanceof PublishOutcome.BranchMissing missing) {
            return Optional.of(new RefusalReason.BranchMissing(missing.branch()));
        }
        return outcome instanceof PublishOutcome.BaseMissing missing
                ? Optional.of(new RefusalReason.BaseMissing(missing.base()))
                : Optional.empty();
    }

    Optional<RefusalReason> rebase(ConflictSolver solver) {
        requireNotCommitted();
        requireSettled();
        Rebaser.Result result = context.observer()
                .observe(
                        Activity.of("rebase", branch),
                        () -> new Rebaser(context, reads).rebase(branch, tree, solver),
                        done -> done.refusal().isPresent() ? Ending.of("refused") : Ending.done());
        result.altered().forEach(flusher::forget);
        tree = tree.onto(result.base());
        state = State.OPEN;
        return result.refusal();
    }

    CommitOutcome commit(CommitRequest request) {
        return conclude("commit", () -> new CommitRounds(context, this, request).run());
    }

    CommitOutcome amend(AmendRequest request) {
        return conclude("amend", () -> new Amendment(context, this, request).run());
    }

    Publication flushAmendment(AmendRequest request, TransactionLog amended) {
        features.forEach(context.settings()::require);
        return write(
                request.message(),
                CommitMetadata.of(context.commitMetadata(), request.metadata()),
                Optional.of(amended),
                request.rewritesManifests());
    }

    CommitOutcome commitDetached(CommitRequest request) {
        context.references().requireVersion2("snapshots without a branch");
        requireChanges("flush", request.isEmptyAllowed());
        return conclude(
                "commit-detached",
                () -> conclusion(addDetached(flush(request, 0))).orElseThrow());
    }

    private PublishOutcome addDetached(Publication made) {
        return remembered(
                made,
                published(() -> context.references().addDetached(made)),
                (publication, cause) -> published(() -> context.references().settleDetached(publication, cause)));
    }

    private CommitOutcome conclude(String what, Supplier<CommitOutcome> commit) {
        requireNotCommitted();
        CommitOutcome outcome = context.observer()
                .observe(Activity.of(what, branch), () -> settlePending().orElseGet(commit), CommitEndings::of);
        state = stateAfter(outcome);
        return outcome;
    }

    /** What became of a former attempt without an answer, if that decides this one. */
    private Optional<CommitOutcome> settlePending() {
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        PublishOutcome outcome = pending.get().settled();
        if (!(outcome instanceof PublishOutcome.Unknown)) {
            pending = Optional.empty();
        }
        // One that is too old, or was overtaken, was not made: this attempt may be another one.
        return outcome instanceof PublishOutcome.TooOld
                ? Optional.empty()
                : conclusion(outcome)
                        .map(settled -> settled instanceof CommitOutcome.Committed committed
                                ? new CommitOutcome.Committed(committed.id(), 0, true)
                                : settled);
    }

    private static State stateAfter(CommitOutcome outcome) {
        if (outcome instanceof CommitOutcome.Committed) {
            return State.COMMITTED;
        }
        return outcome instanceof CommitOutcome.Unknown ? State.FLUSHED : State.OPEN;
    }

    /** The base as it is without the changes. */
    Session baseSession() {
        return new ReadonlySession(context, tree.base());
    }
}
