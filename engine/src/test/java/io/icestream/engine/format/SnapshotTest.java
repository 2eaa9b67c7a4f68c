package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Snapshots and transaction logs: that they survive their bytes, find their nodes and refuse what does not fit. */
class SnapshotTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00.123456789Z");

    @Test
    void generatedSnapshotsSurviveTheirBytes() {
        for (long seed = 1; seed <= 150; seed++) {
            Snapshot snapshot = RandomValues.snapshot(new SplittableRandom(seed));
            Snapshot decoded = IcechunkFile.decodeSnapshot(IcechunkFile.encodeSnapshot(snapshot, 3), "snapshots/x");
            assertThat(decoded).as("seed %d", seed).isEqualTo(snapshot);
            for (Node node : snapshot.nodes()) {
                assertThat(decoded.find(node.path())).contains(node);
            }
            assertThat(decoded.find(NodePath.of("/absent"))).isEmpty();
        }
    }

    @Test
    void generatedTransactionLogsSurviveTheirBytes() {
        for (long seed = 1; seed <= 150; seed++) {
            TransactionLog log = RandomValues.transactionLog(new SplittableRandom(seed));
            assertThat(IcechunkFile.decodeTransactionLog(IcechunkFile.encodeTransactionLog(log, 3), "transactions/x"))
                    .as("seed %d", seed)
                    .isEqualTo(log);
        }
    }

    @Test
    void emptyLogHoldsNothing() {
        TransactionLog log = TransactionLog.empty(SnapshotId.INITIAL);
        assertThat(log.isEmpty()).isTrue();
        assertThat(IcechunkFile.decodeTransactionLog(IcechunkFile.encodeTransactionLog(log, 3), "transactions/x"))
                .isEqualTo(log);
    }

    @Test
    void logsSortWhatTheyAreGiven() {
        TreeMap<NodeId, List<ChunkIndex>> chunks = new TreeMap<>();
        chunks.put(new NodeId(1), List.of(ChunkIndex.of(2), ChunkIndex.of(1), ChunkIndex.of(2)));
        TransactionLog empty = TransactionLog.empty(SnapshotId.INITIAL);
        TransactionLog log = new TransactionLog(
                empty.id(),
                empty.newGroups(),
                empty.newArrays(),
                empty.deletedGroups(),
                empty.deletedArrays(),
                empty.updatedGroups(),
                empty.updatedArrays(),
                chunks,
                List.of(move("/a-b"), move("/a/b"), move("/a")));
        assertThat(log.updatedChunks().get(new NodeId(1))).containsExactly(ChunkIndex.of(1), ChunkIndex.of(2));
        assertThat(log.moves()).extracting(move -> move.to().toString()).containsExactly("/a", "/a/b", "/a-b");
    }

    private static TransactionLog.Move move(String to) {
        return new TransactionLog.Move(NodePath.of("/from"), NodePath.of(to), new NodeId(1), NodeKind.GROUP);
    }

    @Test
    void keepsMicrosecondsAndCanonicalNumbers() {
        ObjectNode value = JsonNodeFactory.instance.objectNode().put("n", 5L).put("f", 1.5f);
        Snapshot snapshot = Snapshot.of(SnapshotId.INITIAL, NOW, "m", Map.of("k", value), List.of(), List.of());
        value.put("later", true);
        assertThat(snapshot.flushedAt()).isEqualTo(Instant.parse("2026-11-20T12:00:00.123456Z"));
        assertThat(snapshot.metadata()).hasToString("{k={\"n\":5,\"f\":1.5}}");
        assertThat(IcechunkFile.decodeSnapshot(IcechunkFile.encodeSnapshot(snapshot, 3), "snapshots/x"))
                .isEqualTo(snapshot);
    }

    @Test
    void refusesNodesThatDoNotFitTogether() {
        Node group = new Node(new NodeId(1), NodePath.of("/g"), Bytes.EMPTY, new NodeData.Group());
        assertThatThrownBy(() -> snapshot(List.of(group, group))).hasMessageContaining("/g is there twice");
        NodeData.Array array = new NodeData.Array(
                List.of(), Optional.empty(), List.of(new ManifestReference(new ManifestId(1, 2), List.of())));
        Node node = new Node(new NodeId(2), NodePath.of("/a"), Bytes.EMPTY, array);
        assertThatThrownBy(() -> snapshot(List.of(node))).hasMessageContaining("not in the list of manifests");
        assertThatThrownBy(() -> Snapshot.of(
                        SnapshotId.INITIAL, Instant.EPOCH.minusSeconds(1), "m", Map.of(), List.of(), List.of()))
                .hasMessageContaining("before 1970");
    }

    @Test
    void givesANodeWithAllBelowIt() {
        Map<String, JsonNode> none = Map.of();
        List<Node> nodes = List.of("/a", "/a-b", "/a/b", "/a/b/c", "/b").stream()
                .map(path -> new Node(new NodeId(1), NodePath.of(path), Bytes.EMPTY, new NodeData.Group()))
                .toList();
        Snapshot snapshot = Snapshot.of(SnapshotId.INITIAL, NOW, "m", none, nodes, List.of());
        assertThat(snapshot.subtree(NodePath.of("/a")))
                .extracting(node -> node.path().toString())
                .containsExactly("/a", "/a/b", "/a/b/c");
        assertThat(snapshot.subtree(NodePath.ROOT)).hasSize(5);
    }

    private static Snapshot snapshot(List<Node> nodes) {
        return Snapshot.of(SnapshotId.INITIAL, NOW, "m", Map.of(), nodes, List.of());
    }
}
