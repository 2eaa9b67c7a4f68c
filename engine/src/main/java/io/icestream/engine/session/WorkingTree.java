package io.icestream.engine.session;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.ChunkChanges;
import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.ref.AlreadyExistsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A snapshot with a change set on top, seen as one tree of nodes. Belongs to one thread at a time; parallel reads are
 * fine while nobody changes anything.
 */
final class WorkingTree {
    private final SnapshotReader reader;
    private final ChangeSet changes;
    private final Map<NodePath, ArrayTarget> targets = new HashMap<>();
    private SortedMap<NodePath, Node> moved = Collections.emptySortedMap();
    private long movedAt = -1;

    WorkingTree(SnapshotReader reader, ChangeSet changes) {
        this.reader = reader;
        this.changes = changes;
    }

    SnapshotReader reader() {
        return reader;
    }

    Snapshot base() {
        return reader.snapshot();
    }

    ChangeSet changes() {
        return changes;
    }

    WorkingTree withoutChanges() {
        return new WorkingTree(reader, new ChangeSet());
    }

    /** The same changes on another snapshot. */
    WorkingTree onto(SnapshotReader other) {
        return new WorkingTree(other, changes);
    }

    Optional<Node> find(NodePath path) {
        if (!changes.movedNodes().isEmpty()) {
            return Optional.ofNullable(moved().get(path));
        }
        Optional<ChangeSet.NewNode> created = changes.findNew(path);
        return created.isPresent()
                ? created.map(WorkingTree::node)
                : base().find(path).flatMap(this::current);
    }

    /** All nodes, sorted by path. */
    List<Node> nodes() {
        if (!changes.movedNodes().isEmpty()) {
            return List.copyOf(moved().values());
        }
        List<Node> nodes = new ArrayList<>();
        base().nodes().forEach(node -> current(node).ifPresent(nodes::add));
        if (!changes.newNodes().isEmpty()) {
            changes.newNodes().values().forEach(created -> nodes.add(node(created)));
            nodes.sort(Comparator.comparing(Node::path));
        }
        return nodes;
    }

    /** The nodes where they are now; a change set with moves has nothing else. Made anew after every change. */
    private SortedMap<NodePath, Node> moved() {
        if (movedAt != changes.revision()) {
            TreeMap<NodePath, Node> nodes = new TreeMap<>();
            for (Node node : base().nodes()) {
                ChangeSet.MovedNode move = changes.movedNodes().get(node.id());
                NodePath path = move == null ? node.path() : move.to();
                nodes.put(path, new Node(node.id(), path, node.userData(), node.data()));
            }
            moved = nodes;
            movedAt = changes.revision();
        }
        return moved;
    }

    List<Node> subtree(NodePath path) {
        return nodes().stream()
                .filter(node -> node.path().equals(path) || path.isAncestorOf(node.path()))
                .toList();
    }

    /** A node of the snapshot with its new metadata, or empty if it is deleted. */
    private Optional<Node> current(Node node) {
        if (changes.isDeleted(node.id())) {
            return Optional.empty();
        }
        return Optional.of(changes.findUpdated(node.id())
                .map(updated -> withDefinition(node, updated.definition()))
                .orElse(node));
    }

    private static Node node(ChangeSet.NewNode created) {
        return new Node(
                created.id(), created.path(), created.definition().userData(), data(created.definition(), List.of()));
    }

    private static Node withDefinition(Node node, NodeDefinition definition) {
        List<ManifestReference> manifests = node.data() instanceof NodeData.Array array ? array.manifests() : List.of();
        return new Node(node.id(), node.path(), definition.userData(), data(definition, manifests));
    }

    private static NodeData data(NodeDefinition definition, List<ManifestReference> manifests) {
        return definition instanceof NodeDefinition.Array array
                ? new NodeData.Array(array.shape(), array.dimensionNames(), manifests)
                : new NodeData.Group();
    }

    /** Whether an array's manifests in the snapshot are not what a commit will have. */
    boolean isTouched(Node array) {
        return changes.findChunkChanges(array.id()).isPresent()
                || changes.findUpdated(array.id()).isPresent();
    }

    void checkFree(NodePath path) {
        if (find(path).isPresent()) {
            throw new AlreadyExistsException("Cannot create " + path + ": there is a node; update or delete it");
        }
        for (Optional<NodePath> above = path.parent();
                above.isPresent();
                above = above.get().parent()) {
            if (find(above.get()).filter(node -> node.kind() == NodeKind.ARRAY).isPresent()) {
                throw new IllegalArgumentException("Invalid path " + path + ": " + above.get() + " is an array");
            }
        }
    }

    ArrayTarget target(NodePath path) {
        ArrayTarget known = targets.get(path);
        if (known == null) {
            known = new ArrayTarget(NodeView.requireArray(find(path), path, base().id()));
            targets.put(path, known);
        }
        return known;
    }

    /** Forgets what is kept about a node that changed. */
    void forget(NodePath path) {
        targets.remove(path);
    }

    Optional<ChunkReference> findChunk(Node array, ChunkIndex chunk) {
        NodeData.Array data = NodeView.arrayData(array);
        if (!SnapshotReader.isInside(data, chunk)) {
            return Optional.empty();
        }
        return changes.findChunkChanges(array.id())
                .flatMap(changed -> changed.find(chunk))
                .orElseGet(() -> reader.findChunk(array.id(), data, chunk));
    }

    /** The chunks that are present, with where they are. */
    Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(Node array) {
        NodeData.Array data = NodeView.arrayData(array);
        Stream<Map.Entry<ChunkIndex, ChunkReference>> stored = reader.chunks(array.id(), data);
        Optional<ChunkChanges> changed = changes.findChunkChanges(array.id());
        if (changed.isEmpty()) {
            return stored;
        }
        Stream<Map.Entry<ChunkIndex, ChunkReference>> set = List.copyOf(
                        changed.get().all().entrySet())
                .stream()
                .filter(change -> change.getValue().isPresent())
                .filter(change -> SnapshotReader.isInside(data, change.getKey()))
                .map(change -> Map.entry(change.getKey(), change.getValue().orElseThrow()));
        return Stream.concat(stored.filter(chunk -> !changed.get().contains(chunk.getKey())), set);
    }

    Stream<ChunkIndex> chunkIndices(Node array) {
        NodeData.Array data = NodeView.arrayData(array);
        Stream<ChunkIndex> stored = reader.chunkIndices(array.id(), data);
        Optional<ChunkChanges> changed = changes.findChunkChanges(array.id());
        if (changed.isEmpty()) {
            return stored;
        }
        Stream<ChunkIndex> set = List.copyOf(changed.get().all().entrySet()).stream()
                .filter(change -> change.getValue().isPresent())
                .map(Map.Entry::getKey)
                .filter(chunk -> SnapshotReader.isInside(data, chunk));
        return Stream.concat(stored.filter(chunk -> !changed.get().contains(chunk)), set);
    }
}
