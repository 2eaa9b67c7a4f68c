package io.icestream.engine.model;

import io.icestream.engine.conflict.ChunkClashPolicy;
import io.icestream.engine.conflict.ConflictKind;
import io.icestream.engine.format.ChunkIndex;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What becomes of changes of the plain model that are moved over one commit: the rules of GUARANTEES.md, by node. */
final class ModelRebase {
    /** Which solver, and what it is to do; empty for the detector, which settles nothing. */
    record Policy(Optional<ChunkClashPolicy> clash, boolean deletesUpdatedArrays, boolean deletesUpdatedGroups) {}

    private final ModelChanges ours;
    private final ModelChanges theirs;
    private final Map<String, ModelNode> before;
    private final Map<String, ModelNode> after;
    private final Policy policy;
    private final EnumSet<ConflictKind> found = EnumSet.noneOf(ConflictKind.class);
    private boolean unsettled;

    /**
     * @param ours the changes
     * @param theirs the log of the commit
     * @param before the tree before the commit
     * @param after the tree after it
     */
    ModelRebase(
            ModelChanges ours,
            ModelChanges theirs,
            Map<String, ModelNode> before,
            Map<String, ModelNode> after,
            Policy policy) {
        this.ours = ours;
        this.theirs = theirs;
        this.before = before;
        this.after = after;
        this.policy = policy;
    }

    /** The kinds of conflicts; none if the changes can be moved. */
    Set<ConflictKind> conflicts() {
        if (theirs.hasNetMoves()) {
            unsettled = true;
            return EnumSet.of(ConflictKind.MOVE_OPERATION_CANNOT_BE_REBASED);
        }
        ours.created.keySet().forEach(this::checkCreated);
        ours.updated.keySet().forEach(this::checkUpdated);
        ours.chunks.keySet().forEach(this::checkChunks);
        ours.deleted.values().forEach(this::checkDeleted);
        if (!found.stream().allMatch(this::isSettled)) {
            unsettled = true;
            return found;
        }
        found.clear();
        checkTree();
        return found;
    }

    /** Whether the solver refused, so that the tree was not looked at. */
    boolean isDetected() {
        return unsettled;
    }

    /** The tree with our changes on theirs. */
    SortedMap<String, ModelNode> result() {
        if (policy.clash().equals(Optional.of(ChunkClashPolicy.USE_THEIRS))) {
            for (long id : Set.copyOf(ours.chunks.keySet())) {
                ours.chunksOf(id).keySet().removeAll(ours.clashes(id, theirs));
                if (ours.chunksOf(id).isEmpty()) {
                    ours.chunks.remove(id);
                }
            }
        }
        SortedMap<String, ModelNode> tree = ModelSession.copy(after);
        ours.applyTo(tree);
        return ModelSession.trimmed(tree);
    }

    private boolean isSettled(ConflictKind kind) {
        if (policy.clash().isEmpty()) {
            return false;
        }
        return switch (kind) {
            case CHUNK_DOUBLE_UPDATE -> policy.clash().get() != ChunkClashPolicy.FAIL;
            case DELETE_OF_UPDATED_ARRAY -> policy.deletesUpdatedArrays();
            case DELETE_OF_UPDATED_GROUP -> policy.deletesUpdatedGroups();
            default -> false;
        };
    }

    private void checkCreated(String path) {
        if (after.containsKey(path)
                && ours.deleted.values().stream().noneMatch(gone -> gone.path().equals(path))) {
            found.add(ConflictKind.NEW_NODE_CONFLICTS_WITH_EXISTING_NODE);
        }
        after.forEach((other, node) -> {
            if (node.isArray() && path.startsWith(other + "/")) {
                found.add(ConflictKind.NEW_NODE_IN_INVALID_GROUP);
            }
        });
    }

    private void checkUpdated(long id) {
        if (theirs.updated.containsKey(id)) {
            found.add(ConflictKind.ZARR_METADATA_DOUBLE_UPDATE);
        }
        ModelChanges.Gone gone = theirs.deleted.get(id);
        if (gone != null) {
            found.add(
                    gone.array()
                            ? ConflictKind.ZARR_METADATA_UPDATE_OF_DELETED_ARRAY
                            : ConflictKind.ZARR_METADATA_UPDATE_OF_DELETED_GROUP);
        }
    }

    private void checkChunks(long id) {
        if (theirs.deleted.containsKey(id)) {
            found.add(ConflictKind.CHUNKS_UPDATED_IN_DELETED_ARRAY);
        }
        if (theirs.updated.containsKey(id)) {
            found.add(ConflictKind.CHUNKS_UPDATED_IN_UPDATED_ARRAY);
        }
        if (!ours.clashes(id, theirs).isEmpty()) {
            found.add(ConflictKind.CHUNK_DOUBLE_UPDATE);
        }
    }

    private void checkDeleted(ModelChanges.Gone gone) {
        ModelNode there = after.get(gone.path());
        if (there == null) {
            return;
        }
        boolean updated = theirs.updated.containsKey(there.id());
        if (gone.array() && ((updated && there.isArray()) || theirs.chunks.containsKey(there.id()))) {
            found.add(ConflictKind.DELETE_OF_UPDATED_ARRAY);
        }
        if (!gone.array() && updated && !there.isArray()) {
            found.add(ConflictKind.DELETE_OF_UPDATED_GROUP);
        }
    }

    // What would break the tree, whatever the policy

    private void checkTree() {
        ours.created.keySet().forEach(path -> {
            ModelNode there = after.get(path);
            if (there != null && !ours.deleted.containsKey(there.id())) {
                found.add(ConflictKind.PATH_TAKEN_TWICE);
            }
            boolean orphan = before.keySet().stream()
                    .filter(above -> isBelow(path, above))
                    .anyMatch(above -> !after.containsKey(above) && !ours.created.containsKey(above));
            if (orphan) {
                found.add(ConflictKind.ORPHANED_NODE);
            }
        });
        after.forEach((path, node) -> {
            if (theirs.creates(node.id()) && isBlocked(path)) {
                found.add(ConflictKind.ORPHANED_NODE);
            }
        });
        checkMoves();
        ours.updated.forEach(this::checkCutOff);
    }

    private static boolean isBelow(String path, String above) {
        return !path.equals(above) && ModelSession.isIn(above, path);
    }

    /** Whether we delete or move away what a path is below, or put an array there. */
    private boolean isBlocked(String path) {
        Set<String> above = new HashSet<>(after.keySet());
        above.addAll(ours.created.keySet());
        return above.stream().filter(candidate -> isBelow(path, candidate)).anyMatch(candidate -> {
            ModelNode created = ours.created.get(candidate);
            if (created != null) {
                return created.isArray();
            }
            long id = Optional.ofNullable(after.get(candidate)).orElseThrow().id();
            ModelChanges.Move move = ours.moved.get(id);
            return ours.deleted.containsKey(id) || (move != null && !move.from().equals(move.to()));
        });
    }

    private void checkMoves() {
        Collection<Long> present = after.values().stream().map(ModelNode::id).toList();
        Map<String, Boolean> merged = new TreeMap<>();
        after.forEach((path, node) -> {
            if (!ours.moved.containsKey(node.id())) {
                merged.put(path, node.isArray());
            }
        });
        ours.moved.forEach((id, move) -> {
            if (!present.contains(id)) {
                found.add(ConflictKind.MOVE_OF_DELETED_NODE);
            } else if (merged.containsKey(move.to())) {
                found.add(ConflictKind.PATH_TAKEN_TWICE);
            } else {
                ModelNode node = after.values().stream()
                        .filter(candidate -> candidate.id() == id)
                        .findFirst()
                        .orElseThrow();
                merged.put(move.to(), node.isArray());
            }
        });
        ours.moved.values().forEach(move -> {
            String parent = move.to().lastIndexOf('/') == 0
                    ? "/"
                    : move.to().substring(0, move.to().lastIndexOf('/'));
            if (merged.getOrDefault(parent, true)) {
                found.add(ConflictKind.ORPHANED_NODE);
            }
        });
    }

    private void checkCutOff(long id, ModelChanges.Definition definition) {
        after.values().stream()
                .filter(node -> node.id() == id && node.isArray())
                .forEach(node -> {
                    ModelNode shrunk = node.with(definition.attribute(), definition.shape());
                    for (ChunkIndex chunk :
                            theirs.chunks.getOrDefault(id, new TreeMap<>()).keySet()) {
                        if (node.chunks().containsKey(chunk) && !shrunk.contains(chunk)) {
                            found.add(ConflictKind.CHUNKS_OUTSIDE_SHRUNK_ARRAY);
                        }
                    }
                });
    }
}
