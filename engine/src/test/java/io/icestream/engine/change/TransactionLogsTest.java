package io.icestream.engine.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a commit's log says of each kind of change. */
class TransactionLogsTest {
    private static final NodePath PATH = NodePath.of("/n");
    private static final NodeId OLD = new NodeId(1);
    private static final NodeId NEW = new NodeId(2);
    private static final ChunkReference REFERENCE = new ChunkReference.Inline(bytes("x"));

    private final ChangeSet changes = new ChangeSet();

    @Test
    void nothingWhenNothingChanged() {
        assertThat(changes.isEmpty()).isTrue();
        assertThat(log().isEmpty()).isTrue();
    }

    @Test
    void newNodesOnceThoughTheirMetadataChangedLater() {
        changes.create(NEW, PATH, array("a"));
        changes.update(NEW, PATH, array("b"));
        assertThat(log().newArrays()).containsExactly(NEW);
        assertThat(log().updatedArrays()).isEmpty();
        assertThat(changes.findNew(PATH).orElseThrow().definition()).isEqualTo(array("b"));
    }

    @Test
    void nothingOfWhatWasCreatedAndDeletedAgain() {
        changes.create(NEW, PATH, array("a"));
        changes.setChunk(NEW, PATH, ChunkIndex.of(0), REFERENCE);
        changes.delete(NEW, PATH, NodeKind.ARRAY);
        assertThat(changes.isEmpty()).isTrue();
        assertThat(log().isEmpty()).isTrue();
    }

    @Test
    void bothNodesWhenAPathIsDeletedAndCreatedAgain() {
        changes.delete(OLD, PATH, NodeKind.GROUP);
        changes.create(NEW, PATH, array("a"));
        assertThat(log().deletedGroups()).containsExactly(OLD);
        assertThat(log().newArrays()).containsExactly(NEW);
    }

    @Test
    void updatesAndChunksOfAnOldArrayInBothLists() {
        changes.update(OLD, PATH, array("b"));
        changes.setChunk(OLD, PATH, ChunkIndex.of(3), REFERENCE);
        changes.deleteChunk(OLD, PATH, ChunkIndex.of(1));
        assertThat(log().updatedArrays()).containsExactly(OLD);
        assertThat(log().updatedChunks()).containsEntry(OLD, List.of(ChunkIndex.of(1), ChunkIndex.of(3)));
    }

    @Test
    void noChunksOfADeletedArray() {
        changes.setChunk(OLD, PATH, ChunkIndex.of(3), REFERENCE);
        changes.update(OLD, PATH, array("b"));
        changes.delete(OLD, PATH, NodeKind.ARRAY);
        assertThat(log().updatedChunks()).isEmpty();
        assertThat(log().updatedArrays()).isEmpty();
        assertThat(log().deletedArrays()).containsExactly(OLD);
    }

    @Test
    void theOnlyChunkOfAnArrayWithoutDimensions() {
        changes.setChunk(OLD, PATH, ChunkIndex.of(), REFERENCE);
        assertThat(log().updatedChunks()).containsEntry(OLD, List.of(ChunkIndex.of()));
    }

    @Test
    void noChunksWhoseChangesWereDropped() {
        changes.setChunk(OLD, PATH, ChunkIndex.of(3), REFERENCE);
        changes.dropChunkChanges(OLD, List.of(ChunkIndex.of(3), ChunkIndex.of(4)));
        assertThat(changes.isEmpty()).isTrue();
    }

    private TransactionLog log() {
        return TransactionLogs.of(SnapshotId.INITIAL, changes);
    }

    private static NodeDefinition.Array array(String json) {
        return new NodeDefinition.Array(bytes(json), List.of(new DimensionShape(9, 9)), Optional.empty());
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
