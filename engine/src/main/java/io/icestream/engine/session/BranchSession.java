package io.icestream.engine.session;

import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A session that changes one branch: what those that edit and those that move have in common. Reads see the changes at once;
 * others see them after the commit, all or none. Belongs to one thread at a time.
 *
 * <p>States: <i>open</i>, changes can be made; <i>flushed</i>, the changes are written but not published, only {@link #rebase},
 * another flush or a commit may follow; <i>committed</i>, the session reads its last base with the changes, and writes no more.
 */
public abstract sealed class BranchSession implements Session permits WritableSession, RearrangeSession {
    private final BranchTransaction transaction;
    private final TreeReads reads;

    BranchSession(BranchTransaction transaction) {
        this.transaction = transaction;
        this.reads = new TreeReads(transaction);
    }

    final BranchTransaction transaction() {
        return transaction;
    }

    final TreeReads reads() {
        return reads;
    }

    final WorkingTree tree() {
        return transaction.tree();
    }

    /**
     * Makes sure that the changes are published by this session.
     *
     * @param what completes the sentence "cannot ... a fork"
     */
    void requireMayPublish(String what) {
        // They are, but for those of a fork.
    }

    /**
     * @return the branch that this session commits to
     */
    public final String branch() {
        return transaction.branch();
    }

    @Override
    public final SnapshotId snapshotId() {
        return transaction.base();
    }

    @Override
    public final List<Node> nodes() {
        return transaction.tree().nodes();
    }

    @Override
    public final Optional<Node> findNode(NodePath path) {
        return transaction.tree().find(path);
    }

    @Override
    public final ArrayMetadata arrayMetadata(NodePath array) {
        return reads.arrayMetadata(array);
    }

    @Override
    public final GroupMetadata groupMetadata(NodePath group) {
        return reads.groupMetadata(group);
    }

    @Override
    public final Optional<ChunkReference> findChunk(NodePath array, ChunkIndex chunk) {
        return reads.findChunk(array, chunk);
    }

    @Override
    public final Optional<ByteBuffer> readChunk(NodePath array, ChunkIndex chunk) {
        return reads.readChunk(array, chunk);
    }

    @Override
    public final Optional<ByteBuffer> readChunkPart(NodePath array, ChunkIndex chunk, ByteRange part) {
        return reads.readChunkPart(array, chunk, part);
    }

    @Override
    public final void openChunks(NodePath array, Collection<ChunkIndex> chunks, PartsConsumer consumer) {
        reads.openChunks(array, chunks, consumer);
    }

    @Override
    public final void readChunks(NodePath array, Collection<ChunkIndex> chunks, ChunkConsumer consumer) {
        reads.readChunks(array, chunks, consumer);
    }

    @Override
    public final List<Optional<ByteBuffer>> readParts(List<ChunkPart> parts) {
        return reads.readParts(parts);
    }

    @Override
    public final Stream<ChunkIndex> chunkIndices(NodePath array) {
        return reads.chunkIndices(array);
    }

    @Override
    public final Stream<String> virtualLocations() {
        return transaction.context().virtualLocations(this);
    }

    @Override
    public final Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(NodePath array) {
        return reads.chunks(array);
    }

    /**
     * @return true if changes can be made: the session is neither flushed nor committed
     */
    public final boolean isOpen() {
        return transaction.isOpen();
    }

    /**
     * @return true if there is something to commit; moves that cancel out are a commit too
     */
    public final boolean hasChanges() {
        return transaction.hasChanges();
    }

    /**
     * Tells what would be committed.
     *
     * @return the changes since {@link #snapshotId}, by path
     */
    public final Diff status() {
        return Diff.of(tree());
    }

    /** Forgets all changes. */
    public void discardChanges() {
        transaction.discard();
    }

    /**
     * Declares that the commit relies on a node: that it exists, with this kind and metadata, or that there is none. If
     * somebody else commits a change of it first, this session's commit is refused, whatever the solver says.
     *
     * @param path where; there need not be a node
     */
    public final void declareRead(NodePath path) {
        transaction.reads().addNode(path);
    }

    /**
     * The id that the next flush will give to its snapshot, so that it can be mentioned in what is flushed. Every flush
     * uses one up: in a commit that had to be rebased, the snapshot has another id than the one planned at first, so
     * who writes the id into an attribute flushes and publishes by himself.
     *
     * @return the id
     */
    public final SnapshotId plannedSnapshotId() {
        return transaction.planned();
    }

    /**
     * Writes everything that the commit needs except the repository object: manifests, then transaction log and
     * snapshot. Nothing is visible yet; publish the result, or rebase and flush again. What a former flush of this
     * session wrote and what still fits is not written again. The request's solver, precondition and idempotency search
     * are not used; the key is stored.
     *
     * @param request message and metadata
     * @return the snapshot, to be published
     * @throws IllegalStateException if there are no changes and the request does not allow that, or the session is
     *     committed
     */
    public final FlushedSnapshot flush(CommitRequest request) {
        requireMayPublish("flush");
        return transaction.flush(request);
    }

    /**
     * Moves the changes onto the tip of the branch, commit by commit. Afterwards the session is open again, based on
     * the tip, or on the last commit that the changes could be moved over. Forks that were not merged before cannot be
     * merged any more.
     *
     * @param solver decides about conflicts
     * @return empty if the session is based on the tip now; otherwise why it is not
     */
    public final Optional<RefusalReason> rebase(ConflictSolver solver) {
        requireMayPublish("rebase");
        return transaction.rebase(solver);
    }

    /**
     * Flushes and publishes; while others are faster, rebases and tries again. Nothing is visible unless and until it
     * is done. After a refusal the session keeps its changes and stays usable; after an unknown outcome, committing
     * again first finds out what became of it. Commits of this process to the same branch take turns: one that is called while
     * another is under way waits for it, but for five seconds at most.
     *
     * @param request what to say and how far to go
     * @return how it ended
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes, or forbids moves and there
     *     are some
     * @throws io.icestream.engine.ref.UpdateAttemptsException if the repository object was changed by others in every
     *     attempt
     * @throws io.icestream.engine.storage.StorageException if the storage does not work; nothing was committed
     * @throws IllegalStateException if the session is committed already, or is a fork
     */
    public final CommitOutcome commit(CommitRequest request) {
        requireMayPublish("commit");
        return transaction.commit(request);
    }

    /**
     * Puts a snapshot in the place of the tip of the branch, which must be the one that this session started from: its
     * content with the changes on top, under another message. Its transaction log is that of both. The amended snapshot
     * stays readable, and tags and other branches stay on it, until it is collected; writers that started from it cannot be
     * rebased. Never amend what others build on.
     *
     * @param request what to say
     * @return how it ended; refused if somebody else was faster
     * @throws io.icestream.engine.ref.ReadOnlyException as for {@link #commit}, and the other errors likewise
     */
    public final CommitOutcome amend(AmendRequest request) {
        requireMayPublish("amend with");
        return transaction.amend(request);
    }

    /**
     * Makes a snapshot that no branch leads to and that the repository knows, so that a branch or a tag can adopt it later.
     * Until then only its age protects it from being collected. The request's solver, precondition and idempotency search
     * are not used.
     *
     * @param request message and metadata
     * @return how it ended; refused if what the session started from is gone, or what it wrote is too old
     * @throws io.icestream.engine.ref.ReadOnlyException as for {@link #commit}, and the other errors likewise
     * @throws IllegalStateException if there are no changes and the request does not allow that
     */
    public final CommitOutcome commitDetached(CommitRequest request) {
        requireMayPublish("commit");
        return transaction.commitDetached(request);
    }
}
