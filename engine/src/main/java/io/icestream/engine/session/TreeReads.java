package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.storage.ByteRange;
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

    Optional<ByteBuffer> readChunkPart(NodePath array, ChunkIndex chunk, ByteRange part) {
        SessionContext context = transaction.context();
        return findChunk(array, chunk).map(reference -> context.fetchChunkPart(reference, part));
    }

    void readChunks(NodePath array, Collection<ChunkIndex> chunks, Session.ChunkConsumer consumer) {
        reads(array).read(chunks, consumer);
    }

    void openChunks(NodePath array, Collection<ChunkIndex> chunks, Session.PartsConsumer consumer) {
        reads(array).open(chunks, consumer);
    }

    List<Optional<ByteBuffer>> readParts(List<Session.ChunkPart> parts) {
        return new PartReads(transaction.context(), this::finder).read(parts);
    }

    private ChunkReads reads(NodePath array) {
        return new ChunkReads(transaction.context(), finder(array));
    }

    private ChunkFinder finder(NodePath array) {
        Node node = array(array);
        WorkingTree tree = tree();
        return chunk -> {
            NodeView.checkRank(node, chunk);
            return tree.findChunk(node, chunk);
        };
    }

    Stream<ChunkIndex> chunkIndices(NodePath array) {
        return tree().chunkIndices(array(array));
    }

    Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(NodePath array) {
        return tree().chunks(array(array));
    }
}
