package io.icestream.engine.session;

import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Moves nodes of one branch, and changes nothing else. A move is metadata only: the node keeps its id, its chunks stay where
 * they are. Belongs to one thread at a time. Its states are those of a {@link WritableSession}.
 *
 * <p>Edits cannot be rebased over a commit that moved nodes, so rearrange while nobody writes. A commit of moves can be
 * rebased over edits; what would make a moved node vanish or two nodes meet is a conflict, whatever the solver says.
 */
public final class RearrangeSession implements Session {
    private final BranchTransaction transaction;
    private final TreeReads reads;

    /**
     * Opens a session. Cost: nothing, the snapshot is there.
     *
     * @param context what sessions work with
     * @param branch the branch to commit to
     * @param base the snapshot to start from, the tip of the branch
     */
    public RearrangeSession(SessionContext context, String branch, Snapshot base) {
        this.transaction = new BranchTransaction(context, branch, base, Set.of(Feature.MOVE_NODE));
        this.reads = new TreeReads(transaction);
    }

    private WorkingTree tree() {
        return transaction.tree();
    }

    /**
     * @return the branch that this session commits to
     */
    public String branch() {
        return transaction.branch();
    }

    /**
     * Moves a node with everything below it. Several moves of one node are recorded as one.
     *
     * @param from where it is
     * @param to where it is to be; free, and below a group that exists
     * @throws NotFoundException if there is no node at {@code from}, or none to hold {@code to}
     * @throws AlreadyExistsException if there is a node at {@code to}
     * @throws IllegalArgumentException if the root is to be moved, a node onto itself or below itself, or below an array
     */
    public void move(NodePath from, NodePath to) {
        transaction.requireOpen();
        requireMovable(from, to);
        int prefix = from.toString().length();
        for (Node node : tree().subtree(from)) {
            NodePath moved = NodePath.ofStored(to + node.path().toString().substring(prefix));
            tree().changes().move(node.id(), node.path(), moved, node.kind());
        }
    }

    private void requireMovable(NodePath from, NodePath to) {
        if (from.isRoot()) {
            throw new IllegalArgumentException("Cannot move the root group: there is nothing to hold it");
        }
        if (findNode(from).isEmpty()) {
            throw new NotFoundException("No node at " + from + " in a session on snapshot " + snapshotId());
        }
        if (from.equals(to) || from.isAncestorOf(to)) {
            throw new IllegalArgumentException(
                    "Cannot move " + from + " to " + to + ": the destination is the node itself or below it");
        }
        if (findNode(to).isPresent()) {
            throw new AlreadyExistsException(
                    "Cannot move " + from + " to " + to + ": there is a node; move or delete that first");
        }
        requireParent(from, to);
    }

    private void requireParent(NodePath from, NodePath to) {
        Optional<Node> parent = to.parent().flatMap(this::findNode);
        if (parent.isEmpty()) {
            throw new NotFoundException("Cannot move " + from + " to " + to + ": there is no group "
                    + to.parent().map(NodePath::toString).orElse("above it")
                    + "; create it in a writable session first");
        }
        if (parent.get().kind() == NodeKind.ARRAY) {
            throw new IllegalArgumentException(
                    "Cannot move " + from + " to " + to + ": " + parent.get().path() + " is an array");
        }
    }

    @Override
    public SnapshotId snapshotId() {
        return transaction.base();
    }

    @Override
    public List<Node> nodes() {
        return tree().nodes();
    }

    @Override
    public Optional<Node> findNode(NodePath path) {
        return tree().find(path);
    }

    @Override
    public ArrayMetadata arrayMetadata(NodePath array) {
        return reads.arrayMetadata(array);
    }

    @Override
    public GroupMetadata groupMetadata(NodePath group) {
        return reads.groupMetadata(group);
    }

    @Override
    public Optional<ChunkReference> findChunk(NodePath array, ChunkIndex chunk) {
        return reads.findChunk(array, chunk);
    }

    @Override
    public Optional<ByteBuffer> readChunk(NodePath array, ChunkIndex chunk) {
        return reads.readChunk(array, chunk);
    }

    @Override
    public Optional<ByteBuffer> readChunkPart(NodePath array, ChunkIndex chunk, ByteRange part) {
        return reads.readChunkPart(array, chunk, part);
    }

    @Override
    public void openChunks(NodePath array, Collection<ChunkIndex> chunks, PartsConsumer consumer) {
        reads.openChunks(array, chunks, consumer);
    }

    @Override
    public void readChunks(NodePath array, Collection<ChunkIndex> chunks, ChunkConsumer consumer) {
        reads.readChunks(array, chunks, consumer);
    }

    @Override
    public List<Optional<ByteBuffer>> readParts(List<ChunkPart> parts) {
        return reads.readParts(parts);
    }

    @Override
    public Stream<ChunkIndex> chunkIndices(NodePath array) {
        return reads.chunkIndices(array);
    }

    @Override
    public Stream<String> virtualLocations() {
        return transaction.context().virtualLocations(this);
    }

    @Override
    public Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(NodePath array) {
        return reads.chunks(array);
    }

    /**
     * @return true if something was moved, be it back to where it was: such moves are a commit too
     */
    public boolean hasChanges() {
        return transaction.hasChanges();
    }

    /**
     * Tells what would be committed.
     *
     * @return the moves since {@link #snapshotId}
     */
    public Diff status() {
        return Diff.of(tree());
    }

    /** Forgets all moves. */
    public void discardChanges() {
        transaction.discard();
    }

    /**
     * Declares that the commit relies on a node, as {@link WritableSession#declareRead} does.
     *
     * @param path where; there need not be a node
     */
    public void declareRead(NodePath path) {
        transaction.reads().addNode(path);
    }

    /**
     * Writes what the commit needs, as {@link WritableSession#flush} does.
     *
     * @param request message and metadata
     * @return the snapshot, to be published
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository forbids moves
     * @throws IllegalStateException if there are no moves and the request does not allow that, or the session is committed
     */
    public FlushedSnapshot flush(CommitRequest request) {
        return transaction.flush(request);
    }

    /**
     * Puts the moves on top of the tip of the branch, as {@link WritableSession#rebase} does.
     *
     * @param solver decides about conflicts
     * @return empty if the session is based on the tip now; otherwise why it is not
     */
    public Optional<RefusalReason> rebase(ConflictSolver solver) {
        return transaction.rebase(solver);
    }

    /**
     * Commits the moves, as {@link WritableSession#commit} does.
     *
     * @param request what to say and how far to go
     * @return how it ended
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes, or forbids moves
     */
    public CommitOutcome commit(CommitRequest request) {
        return transaction.commit(request);
    }

    /**
     * Puts the tip of the branch with the moves in the place of that tip, as {@link WritableSession#amend} does. Only a
     * session of this kind can amend a commit of moves.
     *
     * @param request what to say
     * @return how it ended
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes, or forbids moves
     */
    public CommitOutcome amend(AmendRequest request) {
        return transaction.amend(request);
    }

    /**
     * Makes a snapshot that no branch leads to, as {@link WritableSession#commitDetached} does.
     *
     * @param request message and metadata
     * @return how it ended; never refused
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes, or forbids moves
     */
    public CommitOutcome commitDetached(CommitRequest request) {
        return transaction.commitDetached(request);
    }

    @Override
    public String toString() {
        return "RearrangeSession of branch '" + branch() + "' on " + snapshotId();
    }
}
