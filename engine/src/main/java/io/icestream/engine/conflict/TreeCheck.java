package io.icestream.engine.conflict;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.TransactionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether our changes and theirs together still make a tree. The reference's matrix lets a few pairs pass that leave
 * two nodes at one path or a node without its group; they are refused here, whatever the solver says. Stateless and
 * thread-safe.
 */
public final class TreeCheck {
    private TreeCheck() {}

    /**
     * Finds what would break the tree.
     *
     * @param before the nodes that our changes were made on
     * @param theirs what their commit did
     * @param after the nodes after their commit
     * @param ours what we did and have not committed
     * @return what is broken; empty if our changes can be applied to {@code after}
     */
    public static List<Conflict> find(NodeLookup before, TransactionLog theirs, NodeLookup after, ChangeSet ours) {
        List<Conflict> found = new ArrayList<>();
        for (NodePath created : ours.newNodes().keySet()) {
            if (after.find(created).filter(node -> !ours.isDeleted(node.id())).isPresent()) {
                found.add(Conflict.of(ConflictKind.PATH_TAKEN_TWICE, created));
            }
            if (above(created).anyMatch(group -> vanished(group, before, after, ours))) {
                found.add(Conflict.of(ConflictKind.ORPHANED_NODE, created));
            }
        }
        found.addAll(theirOrphans(theirs, after, ours));
        return found;
    }

    private static boolean vanished(NodePath group, NodeLookup before, NodeLookup after, ChangeSet ours) {
        return before.find(group).isPresent()
                && after.find(group).isEmpty()
                && ours.findNew(group).isEmpty();
    }

    /** Nodes that they created below what we delete or turn into an array. */
    private static List<Conflict> theirOrphans(TransactionLog theirs, NodeLookup after, ChangeSet ours) {
        if (ours.deletedNodes().isEmpty() && ours.newNodes().isEmpty()) {
            return List.of();
        }
        Predicate<NodePath> blocks = path -> blocksChildren(path, after, ours);
        return after.nodes().stream()
                .filter(node -> createdBy(theirs, node))
                .filter(node -> above(node.path()).anyMatch(blocks))
                .map(node -> Conflict.of(ConflictKind.ORPHANED_NODE, node.path()))
                .toList();
    }

    private static boolean createdBy(TransactionLog theirs, Node node) {
        return theirs.newGroups().contains(node.id()) || theirs.newArrays().contains(node.id());
    }

    private static boolean blocksChildren(NodePath path, NodeLookup after, ChangeSet ours) {
        Optional<ChangeSet.NewNode> created = ours.findNew(path);
        if (created.isPresent()) {
            return created.get().definition().kind() == NodeKind.ARRAY;
        }
        return after.find(path).filter(node -> ours.isDeleted(node.id())).isPresent();
    }

    private static Stream<NodePath> above(NodePath path) {
        return Stream.iterate(
                        path.parent(), Optional::isPresent, above -> above.get().parent())
                .map(Optional::orElseThrow);
    }
}
