package io.icestream.engine.session;

import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.NotFoundException;
import java.util.Optional;
import java.util.Set;

/**
 * Moves nodes of one branch, and changes nothing else. A move is metadata only: the node keeps its id, its chunks stay where
 * they are.
 *
 * <p>Edits cannot be rebased over a commit that moved nodes, so rearrange while nobody writes. A commit of moves can be
 * rebased over edits; what would make a moved node vanish or two nodes meet is a conflict, whatever the solver says.
 */
public final class RearrangeSession extends BranchSession {
    /**
     * Opens a session. Cost: nothing, the snapshot is there.
     *
     * @param context what sessions work with
     * @param branch the branch to commit to
     * @param base the snapshot to start from, the tip of the branch
     */
    public RearrangeSession(SessionContext context, String branch, Snapshot base) {
        super(new BranchTransaction(context, branch, base, Set.of(Feature.MOVE_NODE)));
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
        transaction().requireOpen();
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
    public String toString() {
        return "RearrangeSession of branch '" + branch() + "' on " + snapshotId();
    }
}
