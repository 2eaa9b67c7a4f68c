package io.icestream.engine.conflict;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.ChunkChanges;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.TransactionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds every conflict and solves none, with the matrix of the reference implementation. Facts about updates, chunks
 * and deletions are compared by node id; creations and our deletions start from the path in their snapshot. Stateless
 * and thread-safe.
 *
 * <p>Not conflicts by this matrix: both delete the same node; they changed chunks of an array whose metadata we change
 * (a shrink of ours would then drop their chunks outside, which {@link TreeCheck} refuses). What is read is not compared:
 * that is what {@link ReadSet} is for. Cost: one look-up per change of ours.
 */
public final class ConflictDetector implements ConflictSolver {
    /** Creates a detector. */
    public ConflictDetector() {}

    @Override
    public Resolution solve(TheirCommit theirs, ChangeSet ours) {
        List<Conflict> conflicts = detect(theirs.log(), theirs.after(), ours);
        return conflicts.isEmpty() ? Resolution.Movable.unchanged() : new Resolution.Unsolvable(conflicts);
    }

    /**
     * Finds the conflicts.
     *
     * @param theirs what their commit did
     * @param theirNodes the nodes after their commit
     * @param ours what we did and have not committed
     * @return all conflicts; a single one if they moved nodes
     */
    public List<Conflict> detect(TransactionLog theirs, NodeLookup theirNodes, ChangeSet ours) {
        List<Conflict> found = new ArrayList<>();
        if (!theirs.moves().isEmpty()) {
            found.add(Conflict.of(ConflictKind.MOVE_OPERATION_CANNOT_BE_REBASED, NodePath.ROOT));
            return found;
        }
        ours.newNodes().keySet().forEach(path -> checkNewNode(path, theirNodes, ours, found));
        ours.updatedNodes().forEach((id, node) -> checkUpdate(id, node.path(), theirs, found));
        ours.chunkChanges().forEach((id, chunks) -> checkChunks(id, chunks, theirs, found));
        ours.deletedNodes().values().forEach(node -> checkDelete(node, theirs, theirNodes, found));
        return found;
    }

    private static void checkNewNode(NodePath path, NodeLookup theirNodes, ChangeSet ours, List<Conflict> found) {
        if (theirNodes.find(path).isPresent() && !deletesPath(ours, path)) {
            found.add(Conflict.of(ConflictKind.NEW_NODE_CONFLICTS_WITH_EXISTING_NODE, path));
        }
        for (Optional<NodePath> above = path.parent();
                above.isPresent();
                above = above.get().parent()) {
            if (theirNodes.find(above.get()).filter(ConflictDetector::isArray).isPresent()) {
                found.add(Conflict.of(ConflictKind.NEW_NODE_IN_INVALID_GROUP, above.get()));
            }
        }
    }

    private static boolean deletesPath(ChangeSet ours, NodePath path) {
        return ours.deletedNodes().values().stream()
                .anyMatch(deleted -> deleted.path().equals(path));
    }

    private static boolean isArray(Node node) {
        return node.kind() == NodeKind.ARRAY;
    }

    private static void checkUpdate(NodeId id, NodePath path, TransactionLog theirs, List<Conflict> found) {
        if (theirs.updatedArrays().contains(id) || theirs.updatedGroups().contains(id)) {
            found.add(Conflict.of(ConflictKind.ZARR_METADATA_DOUBLE_UPDATE, path));
        }
        if (theirs.deletedArrays().contains(id)) {
            found.add(Conflict.of(ConflictKind.ZARR_METADATA_UPDATE_OF_DELETED_ARRAY, path));
        }
        if (theirs.deletedGroups().contains(id)) {
            found.add(Conflict.of(ConflictKind.ZARR_METADATA_UPDATE_OF_DELETED_GROUP, path));
        }
    }

    private static void checkChunks(NodeId id, ChunkChanges ours, TransactionLog theirs, List<Conflict> found) {
        if (theirs.deletedArrays().contains(id)) {
            found.add(Conflict.of(ConflictKind.CHUNKS_UPDATED_IN_DELETED_ARRAY, ours.array()));
        }
        if (theirs.updatedArrays().contains(id)) {
            found.add(Conflict.of(ConflictKind.CHUNKS_UPDATED_IN_UPDATED_ARRAY, ours.array()));
        }
        List<ChunkIndex> both = theirs.updatedChunks().getOrDefault(id, List.of()).stream()
                .filter(ours::contains)
                .toList();
        if (!both.isEmpty()) {
            found.add(Conflict.ofChunks(ours.array(), both));
        }
    }

    private static void checkDelete(
            ChangeSet.DeletedNode deleted, TransactionLog theirs, NodeLookup theirNodes, List<Conflict> found) {
        Optional<NodeId> there = theirNodes.find(deleted.path()).map(Node::id);
        if (there.isEmpty()) {
            return;
        }
        NodeId id = there.get();
        if (deleted.kind() == NodeKind.GROUP) {
            if (theirs.updatedGroups().contains(id)) {
                found.add(Conflict.of(ConflictKind.DELETE_OF_UPDATED_GROUP, deleted.path()));
            }
        } else if (theirs.updatedArrays().contains(id) || theirs.updatedChunks().containsKey(id)) {
            found.add(Conflict.of(ConflictKind.DELETE_OF_UPDATED_ARRAY, deleted.path()));
        }
    }
}
