package io.icestream.engine.session;

import io.icestream.engine.conflict.Resolution;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Changes how a branch is stored, and nothing that can be read in it: how manifests are laid out, and in which objects the
 * chunks are. For maintenance. Belongs to one thread at a time.
 *
 * <p>Its commit is a snapshot with an empty transaction log, so that others rebase over it without looking at it. It is
 * itself rebased over anything: on the new tip it does what is still to be done there. A chunk that somebody wrote, deleted or
 * moved meanwhile is as they left it.
 */
public final class LayoutSession {
    private final SessionContext context;
    private final BranchTransaction transaction;

    /**
     * What laying out an array anew takes.
     *
     * @param kept number of manifests that stay
     * @param read number of manifests that are read; at most as many as the array has
     * @param written number of manifests that are written; fewer if some turn out to be empty
     * @param references number of references in the manifests that are read, those of other arrays included
     */
    public record Preview(int kept, int read, int written, long references) {}

    /**
     * Opens a session. Cost: nothing, the snapshot is there.
     *
     * @param context what sessions work with
     * @param branch the branch to commit to
     * @param base the snapshot to start from, the tip of the branch
     */
    public LayoutSession(SessionContext context, String branch, Snapshot base) {
        this.context = context;
        this.transaction = new BranchTransaction(context, branch, base, Set.of());
    }

    /**
     * @return the snapshot that the session is based on now
     */
    public Snapshot snapshot() {
        return transaction.tree().base();
    }

    /**
     * @return the branch that this session commits to
     */
    public String branch() {
        return transaction.branch();
    }

    private Node array(NodePath path) {
        return NodeView.requireArray(transaction.tree().find(path), path, transaction.base());
    }

    /**
     * Tells what {@link #rewriteManifests} would do. Cost: no request.
     *
     * @param array path of the array
     * @return what would be read and written
     * @throws io.icestream.engine.ref.NotFoundException if there is no array at this path
     */
    public Preview preview(NodePath array) {
        Renewal renewal = new Renewal();
        Node node = array(array);
        renewal.addLayout(node.id());
        return transaction.preview(node, renewal);
    }

    /**
     * Writes the manifests of an array as the splitting in force has it: a manifest for each box of its grid. Manifests that
     * are alone in their box stay. They are stored at once, and are garbage unless the session is committed.
     *
     * @param array path of the array
     * @throws io.icestream.engine.ref.NotFoundException if there is no array at this path
     */
    public void rewriteManifests(NodePath array) {
        Node node = array(array);
        transaction.renewal().addLayout(node.id());
        transaction.writeRenewedManifests(node);
    }

    /**
     * Lets chunks be found in other objects.
     *
     * @param arrays the arrays to look through
     * @param relocations where the bytes are; not to be changed afterwards. Those given before no longer count
     * @param oldest when the oldest of the new objects was written, or earlier
     */
    public void relocate(Set<NodeId> arrays, Relocations relocations, Instant oldest) {
        transaction.renewal().relocate(arrays, relocations);
        transaction.forgetFlushed();
        transaction.noteWrite(oldest);
    }

    /**
     * Flushes and publishes; while others are faster, on their commits. Refused with {@link RefusalReason.NothingToCommit} if
     * there is nothing to be done at the tip, and with {@link RefusalReason.BaseNotInHistory} if the branch was reset, amended
     * or expired: a new session then does the same.
     *
     * @param request what to say; its solver is not asked
     * @return how it ended
     * @throws io.icestream.engine.ref.ReadOnlyException as for {@link WritableSession#commit}, and the other errors likewise
     */
    public CommitOutcome commit(CommitRequest request) {
        return transaction.commit(request.solver((theirs, ours) -> Resolution.Movable.unchanged()));
    }

    /**
     * Puts the snapshot in the place of the tip, as {@link WritableSession#amend} does.
     *
     * @param request what to say
     * @return how it ended; refused if somebody committed since the session was opened
     * @throws io.icestream.engine.ref.ReadOnlyException as for {@link WritableSession#amend}, and the other errors likewise
     */
    public CommitOutcome amend(AmendRequest request) {
        return transaction.amend(request);
    }

    /**
     * Opens the same kind of session on the tip as it is now, with the same chunks to be found elsewhere.
     *
     * @param tip the tip of the branch
     * @return the session
     */
    public LayoutSession on(Snapshot tip) {
        LayoutSession other = new LayoutSession(context, transaction.branch(), tip);
        transaction.renewal().copyRelocationsTo(other.transaction.renewal());
        transaction.oldestWrite().ifPresent(other.transaction::noteWrite);
        return other;
    }

    /**
     * @return when the oldest object was written that only this session knows, if there is one
     */
    public Optional<Instant> oldestWrite() {
        return transaction.oldestWrite();
    }
}
