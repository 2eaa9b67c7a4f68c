package io.icestream.engine.change;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a session has altered since the snapshot it started from. Belongs to one thread at a time.
 *
 * <p>It trusts its caller to have checked what can only be checked against that snapshot: that a created path is free,
 * that an updated or deleted node exists. Nodes are known by id, so that a path that is deleted and created again is
 * two nodes.
 */
public final class ChangeSet {
    private final TreeMap<NodePath, NewNode> newNodes = new TreeMap<>();
    private final TreeMap<NodeId, UpdatedNode> updatedNodes = new TreeMap<>();
    private final TreeMap<NodeId, DeletedNode> deletedNodes = new TreeMap<>();
    private final TreeMap<NodeId, ChunkChanges> chunkChanges = new TreeMap<>();
    private final TreeMap<NodeId, MovedNode> movedNodes = new TreeMap<>();
    private long revision;

    /** No changes. */
    public ChangeSet() {}

    /**
     * A node that did not exist before.
     *
     * @param id its id, new
     * @param path where it is
     * @param definition what it is
     */
    public record NewNode(NodeId id, NodePath path, NodeDefinition definition) {}

    /**
     * A node that existed and has other metadata now.
     *
     * @param path where it is
     * @param definition what it is now; of the same kind as before
     */
    public record UpdatedNode(NodePath path, NodeDefinition definition) {}

    /**
     * A node that existed and is gone.
     *
     * @param path where it was
     * @param kind what it was
     */
    public record DeletedNode(NodePath path, NodeKind kind) {}

    /**
     * A node that existed and is elsewhere now, maybe back where it was.
     *
     * @param from where it was
     * @param to where it is
     * @param kind what it is
     */
    public record MovedNode(NodePath from, NodePath to, NodeKind kind) {}

    /**
     * Adds a node.
     *
     * @param id its id, never used before
     * @param path where it is; free
     * @param definition what it is
     */
    public void create(NodeId id, NodePath path, NodeDefinition definition) {
        revision++;
        newNodes.put(path, new NewNode(id, path, definition));
    }

    /**
     * Replaces the metadata of a node, be it new or old.
     *
     * @param id its id
     * @param path where it is
     * @param definition what it is now; of the same kind as before
     */
    public void update(NodeId id, NodePath path, NodeDefinition definition) {
        revision++;
        NewNode created = newNodes.get(path);
        if (created != null && created.id().equals(id)) {
            newNodes.put(path, new NewNode(id, path, definition));
        } else {
            updatedNodes.put(id, new UpdatedNode(path, definition));
        }
    }

    /**
     * Removes a node with its chunks. A node that this change set created leaves no trace. Descendants are the caller's
     * business.
     *
     * @param id its id
     * @param path where it is
     * @param kind what it is
     */
    public void delete(NodeId id, NodePath path, NodeKind kind) {
        revision++;
        chunkChanges.remove(id);
        updatedNodes.remove(id);
        NewNode created = newNodes.get(path);
        if (created != null && created.id().equals(id)) {
            newNodes.remove(path);
        } else {
            deletedNodes.put(id, new DeletedNode(path, kind));
        }
    }

    /**
     * Gives a chunk a new content.
     *
     * @param array id of the array
     * @param path where the array is
     * @param chunk the chunk
     * @param reference where the content is
     */
    public void setChunk(NodeId array, NodePath path, ChunkIndex chunk, ChunkReference reference) {
        chunksOf(array, path).set(chunk, reference);
    }

    /**
     * Takes a chunk away, whether or not there was one.
     *
     * @param array id of the array
     * @param path where the array is
     * @param chunk the chunk
     */
    public void deleteChunk(NodeId array, NodePath path, ChunkIndex chunk) {
        chunksOf(array, path).delete(chunk);
    }

    /**
     * Forgets changes of chunks, as if they had never been made.
     *
     * @param array id of the array
     * @param chunks the chunks
     */
    public void dropChunkChanges(NodeId array, Collection<ChunkIndex> chunks) {
        revision++;
        ChunkChanges changes = chunkChanges.get(array);
        if (changes != null) {
            changes.drop(chunks);
            if (changes.isEmpty()) {
                chunkChanges.remove(array);
            }
        }
    }

    /**
     * Forgets new metadata of a node that existed before, as if it had never been set.
     *
     * @param id the node
     */
    public void dropUpdate(NodeId id) {
        revision++;
        updatedNodes.remove(id);
    }

    /**
     * Forgets the deletion of a node that somebody else deleted too.
     *
     * @param id the node
     */
    public void dropDeletion(NodeId id) {
        revision++;
        deletedNodes.remove(id);
    }

    /**
     * Moves a node that existed before. Descendants are the caller's business.
     *
     * @param id its id
     * @param path where it is now
     * @param to where it is to be
     * @param kind what it is
     */
    public void move(NodeId id, NodePath path, NodePath to, NodeKind kind) {
        revision++;
        MovedNode before = movedNodes.get(id);
        movedNodes.put(id, new MovedNode(before == null ? path : before.from(), to, kind));
    }

    /**
     * Copies all changes; neither sees what is done to the other afterwards.
     *
     * @return the copy
     */
    public ChangeSet copy() {
        ChangeSet copy = new ChangeSet();
        copy.newNodes.putAll(newNodes);
        copy.updatedNodes.putAll(updatedNodes);
        copy.deletedNodes.putAll(deletedNodes);
        copy.movedNodes.putAll(movedNodes);
        chunkChanges.forEach((id, chunks) -> copy.chunkChanges.put(id, chunks.copy()));
        return copy;
    }

    /**
     * @return a number that is another one after every change
     */
    public long revision() {
        return revision;
    }

    private ChunkChanges chunksOf(NodeId array, NodePath path) {
        revision++;
        return chunkChanges.computeIfAbsent(array, id -> new ChunkChanges(path));
    }

    /**
     * Finds a node that this change set created.
     *
     * @param path where it is
     * @return the node, or empty
     */
    public Optional<NewNode> findNew(NodePath path) {
        return Optional.ofNullable(newNodes.get(path));
    }

    /**
     * Finds the new metadata of a node that existed before.
     *
     * @param id its id
     * @return the change, or empty if its metadata is as it was
     */
    public Optional<UpdatedNode> findUpdated(NodeId id) {
        return Optional.ofNullable(updatedNodes.get(id));
    }

    /**
     * Finds the changed chunks of an array.
     *
     * @param array id of the array
     * @return the changes, or empty if there are none
     */
    public Optional<ChunkChanges> findChunkChanges(NodeId array) {
        return Optional.ofNullable(chunkChanges.get(array));
    }

    /**
     * Tells whether a node that existed before is gone.
     *
     * @param id its id
     * @return true if this change set deleted it
     */
    public boolean isDeleted(NodeId id) {
        return deletedNodes.containsKey(id);
    }

    /**
     * @return a live view of the created nodes, by path
     */
    public SortedMap<NodePath, NewNode> newNodes() {
        return Collections.unmodifiableSortedMap(newNodes);
    }

    /**
     * @return a live view of the nodes with new metadata, by id
     */
    public SortedMap<NodeId, UpdatedNode> updatedNodes() {
        return Collections.unmodifiableSortedMap(updatedNodes);
    }

    /**
     * @return a live view of the deleted nodes, by id
     */
    public SortedMap<NodeId, DeletedNode> deletedNodes() {
        return Collections.unmodifiableSortedMap(deletedNodes);
    }

    /**
     * @return a live view of the changed chunks, by array
     */
    public SortedMap<NodeId, ChunkChanges> chunkChanges() {
        return Collections.unmodifiableSortedMap(chunkChanges);
    }

    /**
     * @return a live view of the moved nodes, by id; one that was moved back to where it was is among them
     */
    public SortedMap<NodeId, MovedNode> movedNodes() {
        return Collections.unmodifiableSortedMap(movedNodes);
    }

    /**
     * @return true if there is nothing to commit
     */
    public boolean isEmpty() {
        return newNodes.isEmpty()
                && updatedNodes.isEmpty()
                && deletedNodes.isEmpty()
                && chunkChanges.isEmpty()
                && movedNodes.isEmpty();
    }
}
