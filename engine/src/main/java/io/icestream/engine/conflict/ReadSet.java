package io.icestream.engine.conflict;

import io.icestream.engine.change.DefinitionMerge;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a session says it has read and relies on. A commit is refused if a commit of somebody else that came in between
 * changed any of it, so that the session might have read something else had it begun later. Belongs to one thread at a
 * time.
 *
 * <p>Declarations are by path: they hold for what is there, and for nothing being there.
 */
public final class ReadSet {
    private final Set<NodePath> nodes = new LinkedHashSet<>();
    private final Set<NodePath> trees = new LinkedHashSet<>();
    private final List<ChunkRead> chunks = new ArrayList<>();

    /** Nothing read. */
    public ReadSet() {}

    private record ChunkRead(NodePath array, List<ChunkIndexRange> box) {
        boolean contains(ChunkIndex chunk) {
            if (chunk.rank() != box.size()) {
                return true;
            }
            for (int axis = 0; axis < box.size(); axis++) {
                if (!box.get(axis).contains(chunk.at(axis))) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * The existence, the kind and the metadata of a node, or that there is none.
     *
     * @param path where
     */
    public void addNode(NodePath path) {
        nodes.add(path);
    }

    /**
     * A node and everything below it: which nodes there are, their metadata and their chunks.
     *
     * @param path where
     */
    public void addTree(NodePath path) {
        trees.add(path);
    }

    /**
     * Chunks of an array: what they hold and which are absent. Attributes and the extent outside of the box are not part of
     * it; declare the node for those.
     *
     * @param array the array
     * @param box one range per dimension, in chunks
     */
    public void addChunks(NodePath array, List<ChunkIndexRange> box) {
        chunks.add(new ChunkRead(array, List.copyOf(box)));
    }

    /**
     * @return true if nothing was declared
     */
    public boolean isEmpty() {
        return nodes.isEmpty() && trees.isEmpty() && chunks.isEmpty();
    }

    /**
     * Finds what they changed of what was read.
     *
     * @param theirs what they committed
     * @return one conflict per declaration concerned
     */
    public List<Conflict> find(TheirCommit theirs) {
        List<Conflict> found = new ArrayList<>();
        nodes.stream().filter(path -> isNodeChanged(theirs, path)).forEach(path -> found.add(changed(path)));
        trees.stream().filter(path -> isTreeChanged(theirs, path)).forEach(path -> found.add(changed(path)));
        chunks.forEach(read -> find(theirs, read).ifPresent(found::add));
        return found;
    }

    private static Conflict changed(NodePath path) {
        return Conflict.of(ConflictKind.READ_WAS_CHANGED, path);
    }

    private static Optional<NodeId> idAt(NodeLookup nodes, NodePath path) {
        return nodes.find(path).map(Node::id);
    }

    private static boolean isNodeChanged(TheirCommit theirs, NodePath path) {
        Optional<NodeId> before = idAt(theirs.before(), path);
        return !before.equals(idAt(theirs.after(), path))
                || before.filter(theirs::updated).isPresent();
    }

    private static boolean isTreeChanged(TheirCommit theirs, NodePath path) {
        return isNodeChanged(theirs, path)
                || anyTouched(theirs, theirs.before().nodes(), path)
                || anyTouched(theirs, theirs.after().nodes(), path)
                || theirs.log().moves().stream().anyMatch(move -> isIn(path, move.from()) || isIn(path, move.to()));
    }

    private static boolean anyTouched(TheirCommit theirs, Collection<Node> nodes, NodePath path) {
        return nodes.stream()
                .filter(node -> isIn(path, node.path()))
                .map(Node::id)
                .anyMatch(id -> theirs.created(id)
                        || theirs.deleted(id)
                        || theirs.updated(id)
                        || theirs.log().updatedChunks().containsKey(id));
    }

    private static boolean isIn(NodePath tree, NodePath path) {
        return tree.equals(path) || tree.isAncestorOf(path);
    }

    private static Optional<Conflict> find(TheirCommit theirs, ChunkRead read) {
        Optional<Node> before = theirs.before().find(read.array());
        Optional<Node> after = theirs.after().find(read.array());
        if (!before.map(Node::id).equals(after.map(Node::id))) {
            return Optional.of(changed(read.array()));
        }
        if (before.isEmpty()) {
            return Optional.empty();
        }
        NodeId id = before.get().id();
        if (theirs.updated(id) && !sameCells(before.get(), after.get(), read)) {
            return Optional.of(changed(read.array()));
        }
        List<ChunkIndex> touched = theirs.log().updatedChunks().getOrDefault(id, List.of()).stream()
                .filter(read::contains)
                .toList();
        return touched.isEmpty()
                ? Optional.empty()
                : Optional.of(Conflict.of(ConflictKind.READ_WAS_CHANGED, read.array(), touched));
    }

    /** Whether new metadata leaves the chunks that were read with the meaning and the extent that they had. */
    private static boolean sameCells(Node before, Node after, ChunkRead read) {
        return before.data() instanceof NodeData.Array old
                && after.data() instanceof NodeData.Array now
                && old.shape().size() == now.shape().size()
                && DefinitionMerge.keepsMeaningOfChunks(before.userData(), after.userData())
                && sameExtent(old.shape(), now.shape(), read.box());
    }

    private static boolean sameExtent(
            List<DimensionShape> before, List<DimensionShape> after, List<ChunkIndexRange> box) {
        if (box.size() != before.size()) {
            return false;
        }
        for (int axis = 0; axis < box.size(); axis++) {
            long end = box.get(axis).to();
            if (Math.min(end, before.get(axis).chunkCount())
                    != Math.min(end, after.get(axis).chunkCount())) {
                return false;
            }
        }
        return true;
    }
}
