package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one snapshot. Immutable and thread-safe. */
public final class ReadonlySession implements Session {
    private final SessionContext context;
    private final SnapshotReader reader;
    private final NodeView view = new NodeView();

    /**
     * Opens a session. Cost: nothing, the snapshot is there.
     *
     * @param context what sessions work with
     * @param snapshot the snapshot to read
     */
    ReadonlySession(SessionContext context, Snapshot snapshot) {
        this.context = context;
        this.reader = new SnapshotReader(context.assets(), snapshot);
    }

    /**
     * Opens a session and begins to fetch ahead what the configuration says. Cost: nothing that is waited for.
     *
     * @param context what sessions work with
     * @param snapshot the snapshot to read
     * @return the session
     */
    public static ReadonlySession open(SessionContext context, Snapshot snapshot) {
        ManifestPreloading.start(context, snapshot);
        return new ReadonlySession(context, snapshot);
    }

    @Override
    public SnapshotId snapshotId() {
        return snapshot().id();
    }

    /**
     * @return the snapshot that is read
     */
    public Snapshot snapshot() {
        return reader.snapshot();
    }

    @Override
    public List<Node> nodes() {
        return snapshot().nodes();
    }

    @Override
    public Optional<Node> findNode(NodePath path) {
        return snapshot().find(path);
    }

    @Override
    public ArrayMetadata arrayMetadata(NodePath array) {
        return view.arrayMetadata(array(array));
    }

    @Override
    public GroupMetadata groupMetadata(NodePath group) {
        return NodeView.groupMetadata(NodeView.requireGroup(findNode(group), group, snapshotId()));
    }

    private Node array(NodePath path) {
        return NodeView.requireArray(findNode(path), path, snapshotId());
    }

    @Override
    public Optional<ChunkReference> findChunk(NodePath array, ChunkIndex chunk) {
        Node node = array(array);
        NodeView.checkRank(node, chunk);
        return reader.findChunk(node.id(), NodeView.arrayData(node), chunk);
    }

    @Override
    public Optional<ByteBuffer> readChunk(NodePath array, ChunkIndex chunk) {
        return findChunk(array, chunk).map(context::fetchChunk);
    }

    @Override
    public Optional<ByteBuffer> readChunkPart(NodePath array, ChunkIndex chunk, ByteRange part) {
        return findChunk(array, chunk).map(reference -> context.fetchChunkPart(reference, part));
    }

    @Override
    public void openChunks(NodePath array, Collection<ChunkIndex> chunks, PartsConsumer consumer) {
        reads(array).open(chunks, consumer);
    }

    @Override
    public void readChunks(NodePath array, Collection<ChunkIndex> chunks, ChunkConsumer consumer) {
        reads(array).read(chunks, consumer);
    }

    @Override
    public List<Optional<ByteBuffer>> readParts(List<ChunkPart> parts) {
        return new PartReads(context, this::finder).read(parts);
    }

    private ChunkReads reads(NodePath array) {
        return new ChunkReads(context, finder(array));
    }

    private ChunkFinder finder(NodePath array) {
        Node node = array(array);
        NodeData.Array data = NodeView.arrayData(node);
        return chunk -> {
            NodeView.checkRank(node, chunk);
            return reader.findChunk(node.id(), data, chunk);
        };
    }

    @Override
    public Stream<ChunkIndex> chunkIndices(NodePath array) {
        Node node = array(array);
        return reader.chunkIndices(node.id(), NodeView.arrayData(node));
    }

    @Override
    public Stream<String> virtualLocations() {
        return context.virtualLocations(this);
    }

    @Override
    public Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(NodePath array) {
        Node node = array(array);
        return reader.chunks(node.id(), NodeView.arrayData(node));
    }

    @Override
    public String toString() {
        return "ReadonlySession on " + snapshotId();
    }
}
