package io.icestream.engine.change;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.VirtualChecksum;
import io.icestream.engine.zarr.ArrayMetadata;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Change sets as bytes, for {@link SealedBytes}. Moves are not part of it: sessions that move are not forked.
 *
 * <p>All numbers are big endian. Counts and lengths are i32. In order: new nodes (id 8 bytes, path, kind u8, document);
 * updated nodes (id, path, kind, document); deleted nodes (id, path, kind); arrays with changed chunks (id, path, count,
 * chunks). A path is UTF-8 with its length before it, a document likewise. A chunk is its rank u8, its entries u32, and its
 * state: 0 deleted; 1 inline, the bytes with their length; 2 native, id 12 bytes, offset i64, length i64; 3 virtual,
 * location, offset, length, and its checksum: 0 none, 1 entity tag, 2 seconds i64.
 */
public final class ChangeSetCodec {
    private static final int DELETED = 0;
    private static final int INLINE = 1;
    private static final int NATIVE = 2;
    private static final int VIRTUAL = 3;
    private static final int NO_CHECKSUM = 0;
    private static final int ENTITY_TAG = 1;
    private static final int LAST_MODIFIED = 2;

    private ChangeSetCodec() {}

    /**
     * Writes a change set.
     *
     * @param out where
     * @param changes the changes, without moves
     * @throws IOException if {@code out} cannot be written
     */
    public static void write(DataOutput out, ChangeSet changes) throws IOException {
        if (!changes.movedNodes().isEmpty()) {
            throw new IllegalArgumentException("Cannot write changes with moves: only edits are sent");
        }
        out.writeInt(changes.newNodes().size());
        for (ChangeSet.NewNode node : changes.newNodes().values()) {
            writeNode(out, node.id(), node.path(), node.definition().kind());
            writeBytes(out, node.definition().userData().toByteArray());
        }
        out.writeInt(changes.updatedNodes().size());
        for (Map.Entry<NodeId, ChangeSet.UpdatedNode> node :
                changes.updatedNodes().entrySet()) {
            NodeDefinition definition = node.getValue().definition();
            writeNode(out, node.getKey(), node.getValue().path(), definition.kind());
            writeBytes(out, definition.userData().toByteArray());
        }
        out.writeInt(changes.deletedNodes().size());
        for (Map.Entry<NodeId, ChangeSet.DeletedNode> node :
                changes.deletedNodes().entrySet()) {
            writeNode(
                    out, node.getKey(), node.getValue().path(), node.getValue().kind());
        }
        out.writeInt(changes.chunkChanges().size());
        for (Map.Entry<NodeId, ChunkChanges> array : changes.chunkChanges().entrySet()) {
            writeChunks(out, array.getKey(), array.getValue());
        }
    }

    private static void writeNode(DataOutput out, NodeId id, NodePath path, NodeKind kind) throws IOException {
        out.write(id.toBytes());
        writeText(out, path.toString());
        out.writeByte(kind == NodeKind.ARRAY ? 1 : 0);
    }

    private static void writeChunks(DataOutput out, NodeId id, ChunkChanges chunks) throws IOException {
        out.write(id.toBytes());
        writeText(out, chunks.array().toString());
        out.writeInt(chunks.count());
        for (Map.Entry<ChunkIndex, Optional<ChunkReference>> chunk :
                chunks.all().entrySet()) {
            ChunkIndex index = chunk.getKey();
            out.writeByte(index.rank());
            for (int axis = 0; axis < index.rank(); axis++) {
                out.writeInt((int) index.at(axis));
            }
            writeReference(out, chunk.getValue());
        }
    }

    private static void writeReference(DataOutput out, Optional<ChunkReference> reference) throws IOException {
        if (reference.isEmpty()) {
            out.writeByte(DELETED);
        } else if (reference.get() instanceof ChunkReference.Inline inline) {
            out.writeByte(INLINE);
            writeBytes(out, inline.bytes().toByteArray());
        } else if (reference.get() instanceof ChunkReference.Native stored) {
            out.writeByte(NATIVE);
            out.write(stored.id().toBytes());
            out.writeLong(stored.offset());
            out.writeLong(stored.length());
        } else {
            ChunkReference.Virtual outside = (ChunkReference.Virtual) reference.get();
            out.writeByte(VIRTUAL);
            writeText(out, outside.location());
            out.writeLong(outside.offset());
            out.writeLong(outside.length());
            writeChecksum(out, outside.checksum());
        }
    }

    private static void writeChecksum(DataOutput out, Optional<VirtualChecksum> checksum) throws IOException {
        if (checksum.isEmpty()) {
            out.writeByte(NO_CHECKSUM);
        } else if (checksum.get() instanceof VirtualChecksum.EntityTag tag) {
            out.writeByte(ENTITY_TAG);
            writeText(out, tag.value());
        } else {
            out.writeByte(LAST_MODIFIED);
            out.writeLong(((VirtualChecksum.LastModified) checksum.get()).time().getEpochSecond());
        }
    }

    private static void writeText(DataOutput out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * Reads a change set.
     *
     * @param in where from
     * @return the changes
     * @throws IOException if the bytes end early or say what cannot be
     */
    public static ChangeSet read(DataInput in) throws IOException {
        ChangeSet changes = new ChangeSet();
        for (int left = count(in); left > 0; left--) {
            NodeHead head = NodeHead.read(in);
            changes.create(head.id(), head.path(), definition(head.kind(), readBytes(in)));
        }
        for (int left = count(in); left > 0; left--) {
            NodeHead head = NodeHead.read(in);
            changes.update(head.id(), head.path(), definition(head.kind(), readBytes(in)));
        }
        for (int left = count(in); left > 0; left--) {
            NodeHead head = NodeHead.read(in);
            changes.delete(head.id(), head.path(), head.kind());
        }
        for (int left = count(in); left > 0; left--) {
            readChunks(in, changes);
        }
        return changes;
    }

    private record NodeHead(NodeId id, NodePath path, NodeKind kind) {
        static NodeHead read(DataInput in) throws IOException {
            return new NodeHead(readNodeId(in), NodePath.ofStored(readText(in)), kind(in.readUnsignedByte()));
        }

        private static NodeKind kind(int code) throws IOException {
            if (code > 1) {
                throw new IOException("kind of node " + code);
            }
            return code == 1 ? NodeKind.ARRAY : NodeKind.GROUP;
        }
    }

    private static NodeDefinition definition(NodeKind kind, byte[] document) {
        if (kind == NodeKind.GROUP) {
            return new NodeDefinition.Group(Bytes.wrap(document));
        }
        NodeDefinition.Array array = NodeDefinition.of(ArrayMetadata.parse(document));
        return new NodeDefinition.Array(Bytes.wrap(document), array.shape(), array.dimensionNames());
    }

    private static void readChunks(DataInput in, ChangeSet changes) throws IOException {
        NodeId id = readNodeId(in);
        NodePath path = NodePath.ofStored(readText(in));
        for (int left = count(in); left > 0; left--) {
            long[] entries = new long[in.readUnsignedByte()];
            for (int axis = 0; axis < entries.length; axis++) {
                entries[axis] = Integer.toUnsignedLong(in.readInt());
            }
            ChunkIndex index = ChunkIndex.of(entries);
            readReference(in)
                    .ifPresentOrElse(
                            reference -> changes.setChunk(id, path, index, reference),
                            () -> changes.deleteChunk(id, path, index));
        }
    }

    private static Optional<ChunkReference> readReference(DataInput in) throws IOException {
        int state = in.readUnsignedByte();
        return switch (state) {
            case DELETED -> Optional.empty();
            case INLINE -> Optional.of(new ChunkReference.Inline(Bytes.wrap(readBytes(in))));
            case NATIVE -> {
                byte[] id = new byte[ChunkId.SIZE_BYTES];
                in.readFully(id);
                yield Optional.of(new ChunkReference.Native(ChunkId.ofBytes(id), in.readLong(), in.readLong()));
            }
            case VIRTUAL ->
                Optional.of(new ChunkReference.Virtual(readText(in), in.readLong(), in.readLong(), readChecksum(in)));
            default -> throw new IOException("state of chunk " + state);
        };
    }

    private static Optional<VirtualChecksum> readChecksum(DataInput in) throws IOException {
        int code = in.readUnsignedByte();
        return switch (code) {
            case NO_CHECKSUM -> Optional.empty();
            case ENTITY_TAG -> Optional.of(new VirtualChecksum.EntityTag(readText(in)));
            case LAST_MODIFIED -> Optional.of(new VirtualChecksum.LastModified(Instant.ofEpochSecond(in.readLong())));
            default -> throw new IOException("checksum " + code);
        };
    }

    private static NodeId readNodeId(DataInput in) throws IOException {
        byte[] id = new byte[NodeId.SIZE_BYTES];
        in.readFully(id);
        return NodeId.ofBytes(id);
    }

    private static String readText(DataInput in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static int count(DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("count " + count);
        }
        return count;
    }

    private static byte[] readBytes(DataInput in) throws IOException {
        byte[] bytes = new byte[count(in)];
        in.readFully(bytes);
        return bytes;
    }
}
