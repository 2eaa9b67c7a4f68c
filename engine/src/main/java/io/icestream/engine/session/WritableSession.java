package io.icestream.engine.session;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Changes one branch. Reads see the changes at once; others see them after the commit, all or none. Belongs to one
 * thread at a time; what it hands to its own helpers ({@link #readChunks}, {@link #setChunks}) is safe.
 *
 * <p>States: <i>open</i>, changes can be made; <i>flushed</i>, the changes are written but not published, only
 * {@link #rebase}, another flush or a commit may follow;
 * <i>committed</i>, the session reads its last base with the changes, and writes no more.
 */
public final class WritableSession implements Session {
    private enum State {
        OPEN,
        FLUSHED,
        COMMITTED
    }

    private final SessionContext context;
    private final String branch;
    private final NodeView view = new NodeView();
    private final Flusher flusher;
    private WorkingTree tree;
    private SnapshotId planned;
    private State state = State.OPEN;
    private Optional<FlushedSnapshot> lastFlushed = Optional.empty();
    private Optional<FlushedSnapshot> pending = Optional.empty();

    /**
     * Opens a session. Cost: nothing, the snapshot is there.
     *
     * @param context what sessions work with
     * @param branch the branch to commit to
     * @param base the snapshot to start from, the tip of the branch
     */
    public WritableSession(SessionContext context, String branch, Snapshot base) {
        this.context = context;
        this.branch = branch;
        this.flusher = new Flusher(context);
        this.tree = new WorkingTree(new SnapshotReader(context.assets(), base), new ChangeSet());
        this.planned = SnapshotId.random(context.random());
    }

    /**
     * @return the branch that this session commits to
     */
    public String branch() {
        return branch;
    }

    @Override
    public SnapshotId snapshotId() {
        return tree.base().id();
    }

    @Override
    public List<Node> nodes() {
        return tree.nodes();
    }

    @Override
    public Optional<Node> findNode(NodePath path) {
        return tree.find(path);
    }

    @Override
    public ArrayMetadata arrayMetadata(NodePath array) {
        return view.arrayMetadata(array(array));
    }

    @Override
    public GroupMetadata groupMetadata(NodePath group) {
        return NodeView.groupMetadata(group(group));
    }

    private Node array(NodePath path) {
        return NodeView.requireArray(findNode(path), path, snapshotId());
    }

    private Node group(NodePath path) {
        return NodeView.requireGroup(findNode(path), path, snapshotId());
    }

    @Override
    public Optional<ChunkReference> findChunk(NodePath array, ChunkIndex chunk) {
        Node node = array(array);
        NodeView.checkRank(node, chunk);
        return tree.findChunk(node, chunk);
    }

    @Override
    public Optional<ByteBuffer> readChunk(NodePath array, ChunkIndex chunk) {
        return findChunk(array, chunk).map(context.assets()::fetchChunk);
    }

    @Override
    public void readChunks(NodePath array, Collection<ChunkIndex> chunks, ChunkConsumer consumer) {
        Node node = array(array);
        chunks.forEach(chunk -> NodeView.checkRank(node, chunk));
        context.parallel().map(List.copyOf(chunks), chunk -> {
            consumer.accept(chunk, tree.findChunk(node, chunk).map(context.assets()::fetchChunk));
            return chunk;
        });
    }

    @Override
    public Stream<ChunkIndex> chunkIndices(NodePath array) {
        return tree.chunkIndices(array(array));
    }

    /**
     * Creates a group. Its parent need not exist, as in the reference; it must not be an array.
     *
     * @param path where; {@link NodePath#ROOT} for the root group, which no repository has from the start
     * @param metadata its metadata
     * @throws AlreadyExistsException if there is a node at this path
     * @throws IllegalArgumentException if a parent is an array
     */
    public void createGroup(NodePath path, GroupMetadata metadata) {
        create(path, NodeDefinition.of(metadata));
    }

    /**
     * Creates an array without chunks. Its parent need not exist, as in the reference; it must not be an array.
     *
     * @param path where
     * @param metadata its metadata; the bytes of its JSON are stored as they are
     * @throws AlreadyExistsException if there is a node at this path
     * @throws IllegalArgumentException if a parent is an array
     */
    public void createArray(NodePath path, ArrayMetadata metadata) {
        create(path, NodeDefinition.of(metadata));
    }

    private void create(NodePath path, NodeDefinition definition) {
        requireOpen();
        tree.checkFree(path);
        tree.changes().create(NodeId.random(context.random()), path, definition);
        tree.forget(path);
    }

    /**
     * Replaces the metadata of a group. The same metadata again is no change.
     *
     * @param path the group
     * @param metadata its metadata from now on
     * @throws NotFoundException if there is no group at this path
     */
    public void updateGroup(NodePath path, GroupMetadata metadata) {
        requireOpen();
        Node node = group(path);
        if (!NodeView.isSame(node, metadata)) {
            update(node, NodeDefinition.of(metadata));
        }
    }

    /**
     * Replaces the metadata of an array; a new shape is a resize. The same metadata again is no change. When the array
     * shrinks, chunks that end up outside are gone with the commit; cells that end up outside within a chunk stay
     * stored and come back when the array grows again, unless they are overwritten ({@code ZarrArray} does that).
     *
     * @param path the array
     * @param metadata its metadata from now on
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the number of dimensions changes
     */
    public void updateArray(NodePath path, ArrayMetadata metadata) {
        requireOpen();
        Node node = array(path);
        NodeDefinition.Array definition = NodeDefinition.of(metadata);
        int rank = NodeView.arrayData(node).shape().size();
        if (definition.shape().size() != rank) {
            throw new IllegalArgumentException("Invalid metadata for array " + path + ": it has "
                    + definition.shape().size() + " dimensions, the array has " + rank
                    + "; delete and create it instead");
        }
        if (!view.isSame(node, metadata)) {
            update(node, definition);
        }
    }

    private void update(Node node, NodeDefinition definition) {
        tree.changes().update(node.id(), node.path(), definition);
        flusher.forget(node.id());
        tree.forget(node.path());
    }

    /**
     * Deletes a node with everything below it.
     *
     * @param path the node
     * @throws NotFoundException if there is no node at this path
     */
    public void delete(NodePath path) {
        requireOpen();
        if (findNode(path).isEmpty()) {
            throw new NotFoundException("No node at " + path + " in a session on snapshot " + snapshotId());
        }
        for (Node node : tree.subtree(path)) {
            tree.changes().delete(node.id(), node.path(), node.kind());
            flusher.forget(node.id());
            tree.forget(node.path());
        }
    }

    /**
     * Gives a chunk a new content. It is stored at once: inline if it is small, else in an object of its own, which is
     * garbage unless the session is committed.
     *
     * @param array path of the array
     * @param chunk the chunk, inside the array
     * @param stored the bytes to store, encoded by the codecs of the array; not empty
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk is not inside the array or the content is empty
     */
    public void setChunk(NodePath array, ChunkIndex chunk, ByteBuffer stored) {
        requireOpen();
        ArrayTarget target = tree.target(array);
        target.check(chunk);
        set(target, chunk, ChunkWriter.write(context, stored));
    }

    /**
     * Gives many chunks a new content, encoding and storing several at a time.
     *
     * @param array path of the array
     * @param chunks the chunks, each once
     * @param encoder gives the bytes to store, not empty; called from several threads at a time
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if a chunk is not inside the array or a content is empty
     */
    public void setChunks(NodePath array, Collection<ChunkIndex> chunks, Function<ChunkIndex, ByteBuffer> encoder) {
        requireOpen();
        ArrayTarget target = tree.target(array);
        chunks.forEach(target::check);
        List<ChunkIndex> order = List.copyOf(chunks);
        List<ChunkReference> written =
                context.parallel().map(order, chunk -> ChunkWriter.write(context, encoder.apply(chunk)));
        for (int i = 0; i < order.size(); i++) {
            set(target, order.get(i), written.get(i));
        }
    }

    /**
     * Makes a chunk refer to bytes that are stored already. Cost: no request; nothing checks that the bytes are there.
     *
     * @param array path of the array
     * @param chunk the chunk, inside the array
     * @param reference where the bytes are, for example from {@code Repository.putChunk}
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk is not inside the array or the reference is to no bytes
     */
    public void attach(NodePath array, ChunkIndex chunk, ChunkReference reference) {
        requireOpen();
        ChunkWriter.checkLength(reference.length());
        ArrayTarget target = tree.target(array);
        target.check(chunk);
        set(target, chunk, reference);
    }

    private void set(ArrayTarget target, ChunkIndex chunk, ChunkReference reference) {
        tree.changes().setChunk(target.id(), target.path(), chunk, reference);
        flusher.forget(target.id());
    }

    /**
     * Takes a chunk away, so that it reads as the fill value. That of a chunk which is absent is recorded too, that of
     * one outside the array is not.
     *
     * @param array path of the array
     * @param chunk the chunk
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk has another number of dimensions than the array
     */
    public void deleteChunk(NodePath array, ChunkIndex chunk) {
        requireOpen();
        ArrayTarget target = tree.target(array);
        target.checkRank(chunk);
        if (target.contains(chunk)) {
            tree.changes().deleteChunk(target.id(), target.path(), chunk);
            flusher.forget(target.id());
        }
    }

    /**
     * @return true if there is something to commit
     */
    public boolean hasChanges() {
        return !tree.changes().isEmpty();
    }

    /** Forgets all changes. Chunk objects that were written stay as garbage. */
    public void discardChanges() {
        requireOpen();
        flusher.forgetAll();
        tree = tree.withoutChanges();
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
                            + pending.get().id() + " was committed; commit again to find out");
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            String why = state == State.FLUSHED
                    ? "flushed; rebase it, or publish and open a new one"
                    : "committed; open a new one";
            throw new IllegalStateException("Session on branch '" + branch + "' cannot be changed: it is " + why);
        }
    }

    /**
     * The id that the next flush will give to its snapshot, so that it can be mentioned in what is flushed. Every flush
     * uses one up: in a commit that had to be rebased, the snapshot has another id than the one planned at first, so
     * who writes the id into an attribute flushes and publishes by himself.
     *
     * @return the id
     */
    public SnapshotId plannedSnapshotId() {
        return planned;
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
    public FlushedSnapshot flush(CommitRequest request) {
        if (!hasChanges() && !request.isEmptyAllowed()) {
            throw new IllegalStateException("Cannot flush session on branch '" + branch
                    + "': there are no changes; allow an empty commit if one is wanted");
        }
        requireNotCommitted();
        requireSettled();
        FlushedSnapshot flushed = flush(request, 0);
        state = State.FLUSHED;
        return flushed;
    }

    FlushedSnapshot flush(CommitRequest request, int rebaseAttempts) {
        FlushedSnapshot flushed =
                flusher.flush(tree, planned, CommitMetadata.of(request, rebaseAttempts), request.message());
        planned = SnapshotId.random(context.random());
        lastFlushed = Optional.of(flushed);
        return flushed;
    }

    /**
     * Moves the changes onto the tip of the branch, commit by commit. Afterwards the session is open again, based on
     * the tip, or on the last commit that the changes could be moved over.
     *
     * @param solver decides about conflicts
     * @return empty if the session is based on the tip now; otherwise why it is not
     */
    public Optional<RefusalReason> rebase(ConflictSolver solver) {
        requireNotCommitted();
        requireSettled();
        Rebaser.Result result = new Rebaser(context).rebase(branch, tree, solver);
        result.droppedFrom().forEach(flusher::forget);
        tree = tree.onto(result.base());
        state = State.OPEN;
        return result.refusal();
    }

    /**
     * Flushes and publishes; while others are faster, rebases and tries again. Nothing is visible unless and until it
     * is done. After a refusal the session keeps its changes and stays usable; after an unknown outcome, committing
     * again first finds out what became of it.
     *
     * @param request what to say and how far to go
     * @return how it ended
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes
     * @throws io.icestream.engine.ref.UpdateAttemptsException if the repository object was changed by others in every
     *     attempt
     * @throws io.icestream.engine.storage.StorageException if the storage does not work; nothing was committed
     * @throws IllegalStateException if the session is committed already
     */
    public CommitOutcome commit(CommitRequest request) {
        requireNotCommitted();
        CommitOutcome outcome = settlePending().orElseGet(() -> new CommitRounds(context, this, request).run());
        pending = pendingAfter(outcome);
        state = stateAfter(outcome);
        return outcome;
    }

    /** What became of a former commit without an answer, if that decides this one. */
    private Optional<CommitOutcome> settlePending() {
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        FlushedSnapshot flushed = pending.get();
        PublishOutcome outcome = context.references().publish(branch, flushed.entry());
        if (outcome instanceof PublishOutcome.Published) {
            return Optional.of(new CommitOutcome.Committed(flushed.id(), 0, true));
        }
        if (outcome instanceof PublishOutcome.Unknown unknown) {
            return Optional.of(new CommitOutcome.Unknown(flushed.id(), unknown.cause()));
        }
        return Optional.empty();
    }

    private Optional<FlushedSnapshot> pendingAfter(CommitOutcome outcome) {
        return outcome instanceof CommitOutcome.Unknown ? lastFlushed : Optional.empty();
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

    @Override
    public String toString() {
        return "WritableSession of branch '" + branch + "' on " + snapshotId();
    }
}
