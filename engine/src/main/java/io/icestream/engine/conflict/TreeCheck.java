package io.icestream.engine.conflict;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether our changes and theirs together still make a tree in which nothing of theirs vanishes unseen. The reference's
 * matrix lets a few pairs pass that leave two nodes at one path, a node without its group, or their chunks outside an
 * array that we shrank; they are refused here, whatever the solver says. Stateless and thread-safe.
 */
public final class TreeCheck {
    private TreeCheck() {}

    /**
     * Finds what would break.
     *
     * @param theirs what they committed
     * @param ours what we did and have not committed
     * @param redefined nodes whose metadata is to be other than in {@code ours}, as a solver merged it
     * @return what is broken; empty if our changes can be applied to the nodes after their commit
     */
    public static List<Conflict> find(TheirCommit theirs, ChangeSet ours, Map<NodeId, NodeDefinition> redefined) {
        List<Conflict> found = new ArrayList<>();
        for (NodePath created : ours.newNodes().keySet()) {
            if (theirs.after()
                    .find(created)
                    .filter(node -> !ours.isDeleted(node.id()))
                    .isPresent()) {
                found.add(Conflict.of(ConflictKind.PATH_TAKEN_TWICE, created));
            }
            if (above(created).anyMatch(group -> vanished(group, theirs, ours))) {
                found.add(Conflict.of(ConflictKind.ORPHANED_NODE, created));
            }
        }
        found.addAll(theirOrphans(theirs, ours));
        found.addAll(brokenMoves(theirs, ours));
        found.addAll(cutOff(theirs, ours, redefined));
        return found;
    }

    private static boolean vanished(NodePath group, TheirCommit theirs, ChangeSet ours) {
        return theirs.before().find(group).isPresent()
                && theirs.after().find(group).isEmpty()
                && ours.findNew(group).isEmpty();
    }

    /** Nodes that they created below what we delete, turn into an array, or move away. */
    private static List<Conflict> theirOrphans(TheirCommit theirs, ChangeSet ours) {
        if (ours.deletedNodes().isEmpty()
                && ours.newNodes().isEmpty()
                && ours.movedNodes().isEmpty()) {
            return List.of();
        }
        Predicate<NodePath> blocks = path -> blocksChildren(path, theirs.after(), ours);
        return theirs.after().nodes().stream()
                .filter(node -> theirs.created(node.id()))
                .filter(node -> above(node.path()).anyMatch(blocks))
                .map(node -> Conflict.of(ConflictKind.ORPHANED_NODE, node.path()))
                .toList();
    }

    private static boolean blocksChildren(NodePath path, NodeLookup after, ChangeSet ours) {
        Optional<ChangeSet.NewNode> created = ours.findNew(path);
        if (created.isPresent()) {
            return created.get().definition().kind() == NodeKind.ARRAY;
        }
        return after.find(path)
                .map(Node::id)
                .filter(id -> ours.isDeleted(id) || isMoved(ours, id))
                .isPresent();
    }

    private static boolean isMoved(ChangeSet ours, NodeId id) {
        ChangeSet.MovedNode moved = ours.movedNodes().get(id);
        return moved != null && !moved.from().equals(moved.to());
    }

    /** Moves of ours whose node is gone, whose destination is taken, or whose new parent is no group any more. */
    private static List<Conflict> brokenMoves(TheirCommit theirs, ChangeSet ours) {
        if (ours.movedNodes().isEmpty()) {
            return List.of();
        }
        List<Conflict> found = new ArrayList<>();
        Collection<Node> after = theirs.after().nodes();
        Set<NodeId> present = after.stream().map(Node::id).collect(Collectors.toSet());
        Map<NodePath, NodeKind> merged = new HashMap<>();
        after.stream()
                .filter(node -> !ours.movedNodes().containsKey(node.id()))
                .forEach(node -> merged.put(node.path(), node.kind()));
        ours.movedNodes().forEach((id, move) -> {
            if (!present.contains(id)) {
                found.add(Conflict.of(ConflictKind.MOVE_OF_DELETED_NODE, move.from()));
            } else if (merged.put(move.to(), move.kind()) != null) {
                found.add(Conflict.of(ConflictKind.PATH_TAKEN_TWICE, move.to()));
            }
        });
        ours.movedNodes().values().stream()
                .map(ChangeSet.MovedNode::to)
                .filter(to -> to.parent()
                        .filter(parent -> merged.get(parent) != NodeKind.GROUP)
                        .isPresent())
                .forEach(to -> found.add(Conflict.of(ConflictKind.ORPHANED_NODE, to)));
        return found;
    }

    /** Chunks that they wrote and that would be outside an array which we made smaller. */
    private static List<Conflict> cutOff(TheirCommit theirs, ChangeSet ours, Map<NodeId, NodeDefinition> redefined) {
        List<Conflict> found = new ArrayList<>();
        ours.updatedNodes().forEach((id, update) -> {
            List<ChunkIndex> written = theirs.log().updatedChunks().getOrDefault(id, List.of());
            if (!written.isEmpty()
                    && redefined.getOrDefault(id, update.definition()) instanceof NodeDefinition.Array array) {
                List<ChunkIndex> lost = theirs.after().find(update.path()).stream()
                        .filter(node -> node.id().equals(id))
                        .flatMap(node -> written.stream()
                                .filter(chunk -> isOutside(array.shape(), chunk))
                                .filter(chunk ->
                                        theirs.after().findChunk(node, chunk).isPresent()))
                        .toList();
                if (!lost.isEmpty()) {
                    found.add(Conflict.of(ConflictKind.CHUNKS_OUTSIDE_SHRUNK_ARRAY, update.path(), lost));
                }
            }
        });
        return found;
    }

    private static boolean isOutside(List<DimensionShape> shape, ChunkIndex chunk) {
        if (chunk.rank() != shape.size()) {
            return true;
        }
        for (int axis = 0; axis < chunk.rank(); axis++) {
            if (chunk.at(axis) >= shape.get(axis).chunkCount()) {
                return true;
            }
        }
        return false;
    }

    private static Stream<NodePath> above(NodePath path) {
        return Stream.iterate(
                        path.parent(), Optional::isPresent, above -> above.get().parent())
                .map(Optional::orElseThrow);
    }
}
