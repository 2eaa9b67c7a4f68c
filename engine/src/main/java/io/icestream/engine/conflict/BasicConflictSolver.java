package io.icestream.engine.conflict;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.ChunkChanges;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Settles chunk clashes and deletions of changed nodes by policy; every other kind of conflict fails the rebase. It
 * acts only if it can settle all of them. Immutable and thread-safe.
 *
 * @param onChunkClash whose chunk stays when both sides changed it
 * @param onDeleteOfUpdatedArray whether an array that they changed is deleted all the same
 * @param onDeleteOfUpdatedGroup whether a group that they changed is deleted all the same
 */
public record BasicConflictSolver(
        ChunkClashPolicy onChunkClash, DeletePolicy onDeleteOfUpdatedArray, DeletePolicy onDeleteOfUpdatedGroup)
        implements ConflictSolver {
    private static final ConflictDetector DETECTOR = new ConflictDetector();

    /**
     * The defaults of the reference implementation: our chunks stay, deletions go on.
     *
     * @return the solver
     */
    public static BasicConflictSolver defaults() {
        return new BasicConflictSolver(ChunkClashPolicy.USE_OURS, DeletePolicy.PROCEED, DeletePolicy.PROCEED);
    }

    /**
     * Sets the policy for chunks that both sides changed.
     *
     * @param policy whose chunk stays
     * @return the changed solver
     */
    public BasicConflictSolver withOnChunkClash(ChunkClashPolicy policy) {
        return new BasicConflictSolver(policy, onDeleteOfUpdatedArray, onDeleteOfUpdatedGroup);
    }

    /**
     * Sets the policy for arrays that we delete and they changed.
     *
     * @param policy whether the deletion goes on
     * @return the changed solver
     */
    public BasicConflictSolver withOnDeleteOfUpdatedArray(DeletePolicy policy) {
        return new BasicConflictSolver(onChunkClash, policy, onDeleteOfUpdatedGroup);
    }

    /**
     * Sets the policy for groups that we delete and they changed.
     *
     * @param policy whether the deletion goes on
     * @return the changed solver
     */
    public BasicConflictSolver withOnDeleteOfUpdatedGroup(DeletePolicy policy) {
        return new BasicConflictSolver(onChunkClash, onDeleteOfUpdatedArray, policy);
    }

    @Override
    public Resolution solve(TheirCommit theirs, ChangeSet ours) {
        List<Conflict> conflicts = DETECTOR.detect(theirs.log(), theirs.after(), ours);
        return conflicts.stream().allMatch(this::isSolvable)
                ? Resolution.Movable.dropping(dropped(conflicts, ours))
                : new Resolution.Unsolvable(conflicts);
    }

    boolean isSolvable(Conflict conflict) {
        return switch (conflict.kind()) {
            case CHUNK_DOUBLE_UPDATE -> onChunkClash != ChunkClashPolicy.FAIL;
            case DELETE_OF_UPDATED_ARRAY -> onDeleteOfUpdatedArray == DeletePolicy.PROCEED;
            case DELETE_OF_UPDATED_GROUP -> onDeleteOfUpdatedGroup == DeletePolicy.PROCEED;
            default -> false;
        };
    }

    Map<NodeId, SortedSet<ChunkIndex>> dropped(List<Conflict> conflicts, ChangeSet ours) {
        Map<NodeId, SortedSet<ChunkIndex>> dropped = new HashMap<>();
        if (onChunkClash == ChunkClashPolicy.USE_THEIRS) {
            for (Conflict conflict : conflicts) {
                if (conflict.kind() == ConflictKind.CHUNK_DOUBLE_UPDATE) {
                    dropped.put(arrayAt(conflict.path(), ours), conflict.chunks());
                }
            }
        }
        return dropped;
    }

    private static NodeId arrayAt(NodePath path, ChangeSet ours) {
        for (Map.Entry<NodeId, ChunkChanges> changed : ours.chunkChanges().entrySet()) {
            if (changed.getValue().array().equals(path)) {
                return changed.getKey();
            }
        }
        throw new IllegalStateException("No changed array at " + path);
    }
}
