package io.icestream.engine.conflict;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.change.TransactionLogs;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Changes on a base of the root group, a group {@code /g} and an array {@code /a} of four chunks, written as the table
 * of conflicts names them.
 */
final class Edits {
    static final NodeId ROOT = new NodeId(1);
    static final NodeId GROUP = new NodeId(2);
    static final NodeId ARRAY = new NodeId(3);
    static final List<Node> BASE = List.of(
            new Node(ROOT, NodePath.ROOT, json("root"), new NodeData.Group()),
            new Node(ARRAY, NodePath.of("/a"), json("a"), arrayData()),
            new Node(GROUP, NodePath.of("/g"), json("g"), new NodeData.Group()));

    private final Random random;
    private final ChangeSet changes = new ChangeSet();

    private Edits(long seed) {
        this.random = new Random(seed);
    }

    static ChangeSet changes(long seed, String edit) {
        Edits edits = new Edits(seed);
        edits.apply(edit);
        return edits.changes;
    }

    private void apply(String edit) {
        Consumer<String> group =
                path -> changes.create(newId(), NodePath.of(path), new NodeDefinition.Group(json(path)));
        Consumer<String> array = path -> changes.create(newId(), NodePath.of(path), arrayDefinition(path));
        NodePath a = NodePath.of("/a");
        NodePath g = NodePath.of("/g");
        switch (edit) {
            case "set c0" -> changes.setChunk(ARRAY, a, ChunkIndex.of(0), inline());
            case "set c1" -> changes.setChunk(ARRAY, a, ChunkIndex.of(1), inline());
            case "del c0" -> changes.deleteChunk(ARRAY, a, ChunkIndex.of(0));
            case "upd /a" -> changes.update(ARRAY, a, arrayDefinition("changed"));
            case "del /a" -> changes.delete(ARRAY, a, NodeKind.ARRAY);
            case "upd /g" -> changes.update(GROUP, g, new NodeDefinition.Group(json("changed")));
            case "del /g" -> changes.delete(GROUP, g, NodeKind.GROUP);
            case "new grp /x" -> group.accept("/x");
            case "new /g/k" -> group.accept("/g/k");
            case "new /a/k" -> group.accept("/a/k");
            case "new arr /x" -> array.accept("/x");
            case "new /x/y" -> group.accept("/x/y");
            case "recreate /a" -> {
                changes.delete(ARRAY, a, NodeKind.ARRAY);
                array.accept("/a");
            }
            default -> throw new IllegalArgumentException(edit);
        }
    }

    private NodeId newId() {
        return NodeId.random(random);
    }

    /** The nodes after the changes. */
    static NodeLookup nodesAfter(ChangeSet changes) {
        List<Node> nodes = new ArrayList<>();
        BASE.stream().filter(node -> !changes.isDeleted(node.id())).forEach(nodes::add);
        changes.newNodes()
                .values()
                .forEach(created -> nodes.add(new Node(
                        created.id(),
                        created.path(),
                        created.definition().userData(),
                        created.definition().kind() == NodeKind.ARRAY ? arrayData() : new NodeData.Group())));
        return lookup(nodes);
    }

    static NodeLookup lookup(List<Node> nodes) {
        return new NodeLookup() {
            @Override
            public Optional<Node> find(NodePath path) {
                return nodes.stream().filter(node -> node.path().equals(path)).findFirst();
            }

            @Override
            public List<Node> nodes() {
                return nodes;
            }

            @Override
            public Optional<ChunkReference> findChunk(Node array, ChunkIndex chunk) {
                return Optional.of(inline());
            }
        };
    }

    /** A commit of the changes on the base. */
    static TheirCommit commit(ChangeSet changes) {
        return new TheirCommit(log(changes), lookup(BASE), nodesAfter(changes));
    }

    static TransactionLog log(ChangeSet changes) {
        return TransactionLogs.of(SnapshotId.INITIAL, changes);
    }

    static TransactionLog moveOfGroup() {
        SortedSet<NodeId> none = new TreeSet<>();
        SortedMap<NodeId, List<ChunkIndex>> noChunks = new TreeMap<>();
        TransactionLog.Move move = new TransactionLog.Move(NodePath.of("/g"), NodePath.of("/h"), GROUP, NodeKind.GROUP);
        return new TransactionLog(SnapshotId.INITIAL, none, none, none, none, none, none, noChunks, List.of(move));
    }

    private static ChunkReference inline() {
        return new ChunkReference.Inline(json("chunk"));
    }

    private static NodeData.Array arrayData() {
        return new NodeData.Array(List.of(new DimensionShape(4, 4)), Optional.empty(), List.of());
    }

    private static NodeDefinition.Array arrayDefinition(String content) {
        return new NodeDefinition.Array(json(content), List.of(new DimensionShape(4, 4)), Optional.empty());
    }

    private static Bytes json(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
