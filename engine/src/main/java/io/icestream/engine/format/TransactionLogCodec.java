package io.icestream.engine.format;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * FlatBuffers layout of transaction logs, field numbers in brackets.
 *
 * <ul>
 *   <li>{@code TransactionLog}: id [0] 12 bytes, new_groups [1], new_arrays [2], deleted_groups [3], deleted_arrays [4],
 *       updated_arrays [5], updated_groups [6], all of them sorted vectors of ids of 8 bytes, updated_chunks [7] sorted by
 *       node, moved_nodes [8] sorted by destination, extra [9].
 *   <li>{@code ArrayUpdatedChunks}: node_id [0] 8 bytes, chunks [1] sorted. {@code ChunkIndices}: coords [0] u32 per
 *       dimension.
 *   <li>{@code MoveOperation}: from [0], to [1], node_id [2] 8 bytes, node_type [3] u8, 0 group, 1 array.
 * </ul>
 */
final class TransactionLogCodec {
    private static final int ID = 0;
    private static final int NEW_GROUPS = 1;
    private static final int NEW_ARRAYS = 2;
    private static final int DELETED_GROUPS = 3;
    private static final int DELETED_ARRAYS = 4;
    private static final int UPDATED_ARRAYS = 5;
    private static final int UPDATED_GROUPS = 6;
    private static final int UPDATED_CHUNKS = 7;
    private static final int MOVED_NODES = 8;

    private static final int CHUNKS_NODE_ID = 0;
    private static final int CHUNKS = 1;
    private static final int COORDS = 0;

    private static final int FROM = 0;
    private static final int TO = 1;
    private static final int MOVED_ID = 2;
    private static final int MOVED_TYPE = 3;
    private static final int TYPE_ARRAY = 1;

    private TransactionLogCodec() {}

    // Reading

    static TransactionLog decode(FlatReader reader) {
        FlatTable root = reader.root();
        return new TransactionLog(
                reader.snapshotId(root.struct(ID, SnapshotId.SIZE_BYTES, "id")),
                ids(root, NEW_GROUPS, "new_groups"),
                ids(root, NEW_ARRAYS, "new_arrays"),
                ids(root, DELETED_GROUPS, "deleted_groups"),
                ids(root, DELETED_ARRAYS, "deleted_arrays"),
                ids(root, UPDATED_GROUPS, "updated_groups"),
                ids(root, UPDATED_ARRAYS, "updated_arrays"),
                updatedChunks(root.vector(UPDATED_CHUNKS, 4, "updated_chunks")),
                moves(root.vector(MOVED_NODES, 4)));
    }

    private static SortedSet<NodeId> ids(FlatTable root, int field, String name) {
        FlatVector structs = root.vector(field, NodeId.SIZE_BYTES, name);
        structs.reader().charge((long) NodeId.SIZE_BYTES * structs.length(), structs.start());
        TreeSet<NodeId> ids = new TreeSet<>();
        for (int i = 0; i < structs.length(); i++) {
            ids.add(structs.reader().nodeId(structs.at(i)));
        }
        return ids;
    }

    private static SortedMap<NodeId, List<ChunkIndex>> updatedChunks(FlatVector arrays) {
        TreeMap<NodeId, List<ChunkIndex>> updated = new TreeMap<>();
        for (int i = 0; i < arrays.length(); i++) {
            FlatTable array = arrays.table(i).charged();
            NodeId node = arrays.reader().nodeId(array.struct(CHUNKS_NODE_ID, NodeId.SIZE_BYTES, "node_id"));
            updated.put(node, indices(array.vector(CHUNKS, 4, "chunks")));
        }
        return updated;
    }

    private static List<ChunkIndex> indices(FlatVector tables) {
        FlatReader reader = tables.reader();
        List<ChunkIndex> indices = new ArrayList<>();
        for (int i = 0; i < tables.length(); i++) {
            FlatVector coords = tables.table(i).charged().vector(COORDS, 4, "coords");
            reader.charge(4L * coords.length(), coords.start());
            int[] entries = new int[coords.length()];
            for (int k = 0; k < entries.length; k++) {
                entries[k] = reader.i32(coords.at(k));
            }
            indices.add(ChunkIndex.ofUnsigned(entries));
        }
        return indices;
    }

    private static List<TransactionLog.Move> moves(@Nullable FlatVector tables) {
        List<TransactionLog.Move> moves = new ArrayList<>();
        for (int i = 0; tables != null && i < tables.length(); i++) {
            moves.add(move(tables.table(i).charged()));
        }
        return moves;
    }

    private static TransactionLog.Move move(FlatTable table) {
        int type = table.u8(MOVED_TYPE, 0);
        if (type > TYPE_ARRAY) {
            throw new UnsupportedFormatException(table.reader().object(), "node type " + type + " of a move");
        }
        return new TransactionLog.Move(
                NodePath.of(table.string(FROM, "from")),
                NodePath.of(table.string(TO, "to")),
                table.reader().nodeId(table.struct(MOVED_ID, NodeId.SIZE_BYTES, "node_id")),
                type == TYPE_ARRAY ? NodeKind.ARRAY : NodeKind.GROUP);
    }

    // Writing

    static FlatWriter encode(TransactionLog log) {
        FlatWriter writer = new FlatWriter(1024);
        int chunks = writer.offsets(log.updatedChunks().entrySet().stream()
                .mapToInt(entry -> write(writer, entry.getKey(), entry.getValue()))
                .toArray());
        int moves = writer.offsets(
                log.moves().stream().mapToInt(move -> write(writer, move)).toArray());
        int newGroups = write(writer, log.newGroups());
        int newArrays = write(writer, log.newArrays());
        int deletedGroups = write(writer, log.deletedGroups());
        int deletedArrays = write(writer, log.deletedArrays());
        int updatedGroups = write(writer, log.updatedGroups());
        int updatedArrays = write(writer, log.updatedArrays());
        writer.startTable();
        writer.offset(NEW_GROUPS, newGroups);
        writer.offset(NEW_ARRAYS, newArrays);
        writer.offset(DELETED_GROUPS, deletedGroups);
        writer.offset(DELETED_ARRAYS, deletedArrays);
        writer.offset(UPDATED_ARRAYS, updatedArrays);
        writer.offset(UPDATED_GROUPS, updatedGroups);
        writer.offset(UPDATED_CHUNKS, chunks);
        writer.offset(MOVED_NODES, moves);
        writer.id(ID, log.id());
        writer.finish(writer.endTable());
        return writer;
    }

    private static int write(FlatWriter writer, SortedSet<NodeId> ids) {
        NodeId[] sorted = ids.toArray(new NodeId[0]);
        writer.startVector(NodeId.SIZE_BYTES, sorted.length, 1);
        for (int i = sorted.length - 1; i >= 0; i--) {
            writer.pushId(sorted[i].bits());
        }
        return writer.vectorLength(sorted.length);
    }

    private static int write(FlatWriter writer, NodeId node, List<ChunkIndex> indices) {
        int[] places = new int[indices.size()];
        for (int i = 0; i < places.length; i++) {
            int coords = writer.u32s(indices.get(i).unsigned());
            writer.startTable();
            writer.offset(COORDS, coords);
            places[i] = writer.endTable();
        }
        int chunks = writer.offsets(places);
        writer.startTable();
        writer.offset(CHUNKS, chunks);
        writer.id(CHUNKS_NODE_ID, node);
        return writer.endTable();
    }

    private static int write(FlatWriter writer, TransactionLog.Move move) {
        int from = writer.string(move.from().toString());
        int to = writer.string(move.to().toString());
        writer.startTable();
        writer.offset(FROM, from);
        writer.offset(TO, to);
        writer.id(MOVED_ID, move.id());
        writer.u8(MOVED_TYPE, move.kind() == NodeKind.ARRAY ? TYPE_ARRAY : 0, 0);
        return writer.endTable();
    }
}
