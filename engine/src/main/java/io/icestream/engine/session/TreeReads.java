package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a session with its changes. */
final class TreeReads {
    private final BranchTransaction transaction;
    private final NodeView view = new NodeView();

    TreeReads(BranchTransaction transaction) {
        this.transaction = transaction;
    }

    private WorkingTree tree() {
        return transaction.tree();
    }

    NodeView view() {
        return view;
    }

    Node array(NodePath path) {
        return NodeView.requireArray(tree().find(path), path, transaction.base());
    }

    Node group(NodePath path) {
        return NodeView.requireGroup(tree().find(path), path, transaction.base());
    }

    ArrayMetadata arrayMetadata(NodePath array) {
        return view.arrayMetadata(array(array));
    }

    GroupMetadata groupMetadata(NodePath group) {
        return NodeView.groupMetadata(group(group));
    }

    Optional<ChunkReference> findChunk(NodePath array, ChunkIndex chunk) {
        Node node = array(array);
        NodeView.checkRank(node, chunk);
        return tree().findChunk(node, chunk);
    }

    Optional<ByteBuffer> readChunk(NodePath array, ChunkIndex chunk) {
        return findChunk(array, chunk).map(transaction.context()::fetchChunk);
    }

    void readChunks(NodePath array, Collection<ChunkIndex> chunks, Session.ChunkConsumer consumer) {
        Node node = array(array);
        WorkingTree tree = tree();
        SessionContext context = transaction.context();
        chunks.forEach(chunk -> NodeView.checkRank(node, chunk));
        context.parallel().map(List.copyOf(chunks), chunk -> {
            consumer.accept(chunk, tree.findChunk(node, chunk).map(context::fetchChunk));
            return chunk;
        });
    }

    Stream<ChunkIndex> chunkIndices(NodePath array) {
        return tree().chunkIndices(array(array));
    }

    Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(NodePath array) {
        return tree().chunks(array(array));
    }
}
