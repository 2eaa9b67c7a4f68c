package io.icestream.engine.session;

import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.virtual.VirtualChunkColumns;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.EncodedChunk;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Changes one branch. Reads see the changes at once; others see them after the commit, all or none. Belongs to one
 * thread at a time; what it hands to its own helpers ({@link #readChunks}, {@link #setChunks}) is safe.
 *
 * <p>States: <i>open</i>, changes can be made; <i>flushed</i>, the changes are written but not published, only
 * {@link #rebase}, another flush or a commit may follow;
 * <i>committed</i>, the session reads its last base with the changes, and writes no more.
 *
 * <p>Nodes are moved by a {@link RearrangeSession}.
 */
public final class WritableSession extends BranchSession {
    private final SessionContext context;
    private final BranchTransaction transaction;
    private final TreeReads reads;
    private final Forks forks;
    private final Optional<String> forkOf;

    /**
     * Opens a session. Cost: nothing, the snapshot is there.
     *
     * @param context what sessions work with
     * @param branch the branch to commit to
     * @param base the snapshot to start from, the tip of the branch
     */
    public WritableSession(SessionContext context, String branch, Snapshot base) {
        this(context, branch, base, Optional.empty());
    }

    private WritableSession(SessionContext context, String branch, Snapshot base, Optional<String> forkOf) {
        super(new BranchTransaction(context, branch, base, Set.of()));
        this.context = context;
        this.transaction = transaction();
        this.reads = reads();
        this.forks = new Forks(transaction);
        this.forkOf = forkOf;
    }

    /** One that makes changes for another session, and commits nothing. */
    static WritableSession forked(SessionContext context, String branch, Snapshot base) {
        return new WritableSession(context, branch, base, Optional.of(branch));
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
        requireGridOfVersion(metadata);
        create(path, NodeDefinition.of(metadata));
    }

    private void requireGridOfVersion(ArrayMetadata metadata) {
        if (!metadata.chunkGrid().isRegular()) {
            context.references().requireVersion2("rectilinear chunk grids");
        }
    }

    private void create(NodePath path, NodeDefinition definition) {
        transaction.requireOpen();
        tree().checkFree(path);
        tree().changes().create(NodeId.random(context.random()), path, definition);
        tree().forget(path);
    }

    /**
     * Replaces the metadata of a group. The same metadata again is no change.
     *
     * @param path the group
     * @param metadata its metadata from now on
     * @throws NotFoundException if there is no group at this path
     */
    public void updateGroup(NodePath path, GroupMetadata metadata) {
        transaction.requireOpen();
        Node node = reads.group(path);
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
        requireGridOfVersion(metadata);
        transaction.requireOpen();
        Node node = reads.array(path);
        NodeDefinition.Array definition = NodeDefinition.of(metadata);
        requireRank(node, definition);
        if (!reads.view().isSame(node, metadata)) {
            update(node, definition);
        }
    }

    /**
     * Sets the metadata document of a node, byte by byte as it is given: of a new node, or in the place of what is there. The same
     * bytes again are no change. A new shape is a resize, as in {@link #updateArray}.
     *
     * @param path where
     * @param json the content of {@code zarr.json}
     * @throws io.icestream.engine.zarr.ZarrException if it is not valid
     * @throws AlreadyExistsException if there is a group and this is the metadata of an array, or the reverse
     * @throws IllegalArgumentException if a parent is an array, the path is not in normal form, or the number of dimensions changes
     */
    public void setDocument(NodePath path, Bytes json) {
        transaction.requireOpen();
        NodeDefinition definition = NodeDefinition.parse(json);
        Optional<Node> present = findNode(path);
        if (present.isEmpty()) {
            create(NodePath.of(path.toString()), definition);
            return;
        }
        Node node = present.get();
        if (node.kind() != definition.kind()) {
            throw new AlreadyExistsException("Cannot set the metadata of " + path
                    + ": there is a node of another kind (" + node.kind() + "); delete it first");
        }
        if (definition instanceof NodeDefinition.Array array) {
            requireRank(node, array);
        }
        if (!node.userData().equals(json)) {
            update(node, definition);
        }
    }

    private static void requireRank(Node array, NodeDefinition.Array definition) {
        int rank = NodeView.arrayData(array).shape().size();
        if (definition.shape().size() != rank) {
            throw new IllegalArgumentException("Invalid metadata for array " + array.path() + ": it has "
                    + definition.shape().size() + " dimensions, the array has " + rank
                    + "; delete and create it instead");
        }
    }

    private void update(Node node, NodeDefinition definition) {
        tree().changes().update(node.id(), node.path(), definition);
        transaction.forget(node.id());
        tree().forget(node.path());
    }

    /**
     * Deletes a node with everything below it.
     *
     * @param path the node
     * @throws NotFoundException if there is no node at this path
     */
    public void delete(NodePath path) {
        transaction.requireOpen();
        if (findNode(path).isEmpty()) {
            throw new NotFoundException("No node at " + path + " in a session on snapshot " + snapshotId());
        }
        for (Node node : tree().subtree(path)) {
            tree().changes().delete(node.id(), node.path(), node.kind());
            transaction.forget(node.id());
            tree().forget(node.path());
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
        transaction.requireOpen();
        ArrayTarget target = tree().target(array);
        target.check(chunk);
        transaction.noteWrite();
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
        store(array, chunks, chunk -> ChunkWriter.write(context, encoder.apply(chunk)));
    }

    /**
     * Gives many chunks a new content, as {@link #setChunks} does, from memory that is used again as soon as a chunk is stored:
     * as many chunks are held at a time as requests are made.
     *
     * @param array path of the array
     * @param chunks the chunks, each once
     * @param encoder gives what to store, which is closed afterwards; called from several threads at a time
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if a chunk is not inside the array or a content is empty
     */
    public void setEncodedChunks(
            NodePath array, Collection<ChunkIndex> chunks, Function<ChunkIndex, EncodedChunk> encoder) {
        store(array, chunks, chunk -> {
            try (EncodedChunk encoded = encoder.apply(chunk)) {
                return ChunkWriter.write(context, encoded.bytes());
            }
        });
    }

    private void store(NodePath array, Collection<ChunkIndex> chunks, Function<ChunkIndex, ChunkReference> writer) {
        transaction.requireOpen();
        ArrayTarget target = tree().target(array);
        chunks.forEach(target::check);
        transaction.noteWrite();
        List<ChunkIndex> order = List.copyOf(chunks);
        List<ChunkReference> written = context.parallel().map(order, writer);
        for (int i = 0; i < order.size(); i++) {
            set(target, order.get(i), written.get(i));
        }
    }

    /**
     * Makes a chunk refer to bytes that are stored already. Cost: no request; nothing checks that the bytes are there. They
     * count as stored now; where they may have been stored long ago, say when, so that the collector's age is kept.
     *
     * @param array path of the array
     * @param chunk the chunk, inside the array
     * @param reference where the bytes are, for example from {@code Repository.putChunk}
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk is not inside the array or the reference is to no bytes
     */
    public void attach(NodePath array, ChunkIndex chunk, ChunkReference reference) {
        transaction.noteWrite();
        attachStored(array, chunk, reference);
    }

    /**
     * Makes a chunk refer to bytes that are stored already, and says since when: if that is too long ago at the commit, see
     * {@code RepositoryOptions.maxUncommittedAge}, the commit is refused.
     *
     * @param array path of the array
     * @param chunk the chunk, inside the array
     * @param reference where the bytes are
     * @param storedAt when they were stored, or earlier
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk is not inside the array or the reference is to no bytes
     */
    public void attach(NodePath array, ChunkIndex chunk, ChunkReference reference, Instant storedAt) {
        transaction.noteWrite(storedAt);
        attachStored(array, chunk, reference);
    }

    private void attachStored(NodePath array, ChunkIndex chunk, ChunkReference reference) {
        transaction.requireOpen();
        ChunkWriter.checkLength(reference.length());
        if (reference instanceof ChunkReference.Virtual virtual && virtual.isRelative()) {
            context.references().requireVersion2("relative locations of virtual chunks");
        }
        ArrayTarget target = tree().target(array);
        target.check(chunk);
        set(target, chunk, reference);
    }

    /**
     * Makes a chunk refer to a part of an object outside the repository. Cost: no request; nothing checks that the bytes are
     * there.
     *
     * @param array path of the array
     * @param chunk the chunk, inside the array
     * @param reference where the bytes are; its location is stored as {@link io.icestream.engine.virtual.LocationNames} says
     * @throws NotFoundException if there is no array at this path
     * @throws io.icestream.engine.virtual.VirtualAccessException if no virtual chunk container covers the location, or it can
     *     have no such object
     * @throws IllegalArgumentException if the chunk is not inside the array, the reference is to no bytes, or the location is
     *     no URL
     */
    public void setVirtualChunk(NodePath array, ChunkIndex chunk, ChunkReference.Virtual reference) {
        transaction.requireOpen();
        new VirtualWrites(context, tree().target(array), ContainerCheck.REQUIRED)
                .one(chunk, reference)
                .forEach((index, checked) -> set(tree().target(array), index, checked));
    }

    /**
     * Makes chunks refer to parts of objects outside the repository. Cost: no request. Either all of them are set but those
     * that are returned, or an exception is thrown and none is.
     *
     * @param array path of the array
     * @param chunks the chunks, inside the array
     * @param check whether a container has to cover each location
     * @return the chunks that were not set because none does, in their order
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException as for {@link #setVirtualChunk}
     */
    public List<ChunkIndex> setVirtualChunks(
            NodePath array, Map<ChunkIndex, ChunkReference.Virtual> chunks, ContainerCheck check) {
        return setVirtualChunks(array, check, writes -> chunks.forEach(writes::add));
    }

    /**
     * Makes chunks refer to parts of objects outside the repository, as the other method of this name does.
     *
     * @param array path of the array
     * @param chunks the chunks, inside the array
     * @param check whether a container has to cover each location
     * @return the chunks that were not set because none does, in their order
     */
    public List<ChunkIndex> setVirtualChunks(NodePath array, VirtualChunkColumns chunks, ContainerCheck check) {
        return setVirtualChunks(array, check, writes -> chunks.forEach(writes::add));
    }

    private List<ChunkIndex> setVirtualChunks(NodePath array, ContainerCheck check, Consumer<VirtualWrites> source) {
        transaction.requireOpen();
        ArrayTarget target = tree().target(array);
        VirtualWrites writes = new VirtualWrites(context, target, check);
        source.accept(writes);
        writes.forEach((index, reference) -> set(target, index, reference));
        return writes.failed();
    }

    private void set(ArrayTarget target, ChunkIndex chunk, ChunkReference reference) {
        tree().changes().setChunk(target.id(), target.path(), chunk, reference);
        transaction.forget(target.id());
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
        transaction.requireOpen();
        ArrayTarget target = tree().target(array);
        target.checkRank(chunk);
        if (target.contains(chunk)) {
            tree().changes().deleteChunk(target.id(), target.path(), chunk);
            transaction.forget(target.id());
        }
    }

    /**
     * Moves every chunk of an array by a number of chunks along each dimension. Chunks that leave the grid are dropped (resize
     * first to keep them), cells that become vacant read as the fill value. No payload is read or written. An offset of
     * zeros is no change.
     *
     * @param array path of the array
     * @param offsetChunks how far to move, one entry per dimension, negative towards the start
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the number of entries is not that of the dimensions, or the chunks of the array
     *     are not all of one size
     */
    public void shiftArray(NodePath array, long... offsetChunks) {
        transaction.requireOpen();
        new Reindexing(transaction, reads.array(array)).shift(offsetChunks);
    }

    /**
     * Gives chunks of an array another place. No payload is read or written.
     *
     * @param array path of the array
     * @param forward where a chunk goes, or empty if it stays where it is unless another one takes its place; asked for
     *     every chunk that is present
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if two chunks would go to one place, a chunk would leave the grid, or the chunks of
     *     the array are not all of one size; nothing was changed
     */
    public void reindexArray(NodePath array, Function<ChunkIndex, Optional<ChunkIndex>> forward) {
        transaction.requireOpen();
        new Reindexing(transaction, reads.array(array)).run(forward, Optional.empty());
    }

    /**
     * Gives chunks of an array another place, and clears the places that become vacant.
     *
     * @param array path of the array
     * @param forward as for {@link #reindexArray(NodePath, Function)}
     * @param backward the inverse: from where a place gets its chunk; where it says nothing, or there is no chunk, the
     *     place reads as the fill value; asked for every place that has a chunk before
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException as for {@link #reindexArray(NodePath, Function)}
     */
    public void reindexArray(
            NodePath array,
            Function<ChunkIndex, Optional<ChunkIndex>> forward,
            Function<ChunkIndex, Optional<ChunkIndex>> backward) {
        transaction.requireOpen();
        new Reindexing(transaction, reads.array(array)).run(forward, Optional.of(backward));
    }

    /** Forgets all changes. Chunk objects that were written stay as garbage; forks can no longer be merged. */
    @Override
    public void discardChanges() {
        super.discardChanges();
        forks.forget();
    }

    /**
     * Declares that the commit relies on a node and on everything below it: which nodes there are, metadata and chunks.
     *
     * @param path where; there need not be a node
     */
    public void declareTreeRead(NodePath path) {
        transaction.reads().addTree(path);
    }

    /**
     * Declares that the commit relies on chunks of an array: on what they hold, on which are absent, and on how much of the
     * box is inside the array. Declare the node too if the commit relies on its shape or attributes.
     *
     * @param array path of the array
     * @param box one range per dimension, in chunks
     */
    public void declareChunksRead(NodePath array, List<ChunkIndexRange> box) {
        transaction.reads().addChunks(array, box);
    }

    @Override
    void requireMayPublish(String what) {
        if (forkOf.isPresent()) {
            throw new IllegalStateException("Cannot " + what + " a fork of a session on branch '" + forkOf.get()
                    + "'; send its changes back and merge them into the session that it was forked from");
        }
    }

    /**
     * Splits off work that can be done elsewhere, in another thread or process. The fork sees everything that this session
     * sees now; what it changes comes back through {@link #merge}. This session and other forks may go on meanwhile. Cost:
     * nothing if there are no changes, else that of a flush; a second fork of the same state costs nothing.
     *
     * @return what to open the fork with, to be sent anywhere; its form is versioned and checked
     * @throws IllegalStateException if this session is a fork itself, or not open
     */
    public Bytes fork() {
        requireMayPublish("fork");
        return forks.fork();
    }

    /**
     * Takes over what a fork changed, if it contradicts neither this session nor a fork merged before: conflicts are found
     * as between commits. Cost: as for a rebase over one commit, without requests for logs.
     *
     * @param changes from {@link ForkedSession#changes}; each is merged once
     * @param solver decides about conflicts; {@link io.icestream.engine.conflict.ConflictDetector} refuses all of them,
     *     and {@link io.icestream.engine.conflict.BasicConflictSolver} with its defaults lets the chunks merged last win,
     *     as the reference does
     * @return what is in conflict, so that nothing of the fork was taken over; empty if it was
     * @throws IllegalArgumentException if the changes are those of a fork of another session, or were merged already
     * @throws IllegalStateException if this session is not open
     * @throws io.icestream.engine.format.CorruptObjectException if the bytes were damaged on the way
     */
    public List<Conflict> merge(Bytes changes, ConflictSolver solver) {
        requireMayPublish("merge into");
        return forks.merge(changes, solver);
    }

    @Override
    public String toString() {
        return (forkOf.isPresent() ? "Fork of a session" : "WritableSession") + " of branch '" + branch() + "' on "
                + snapshotId();
    }
}
