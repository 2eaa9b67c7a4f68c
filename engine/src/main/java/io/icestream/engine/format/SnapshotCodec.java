package io.icestream.engine.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * FlatBuffers layout of snapshots, field numbers in brackets. The format version of the file says which of two fields
 * counts where there are two; the older one is written empty where the schema wants it.
 *
 * <ul>
 *   <li>{@code Snapshot}: id [0] 12 bytes, parent_id [1] version 1 only, nodes [2] sorted by path, flushed_at [3] u64
 *       microseconds, message [4], metadata [5], manifest_files [6] of version 1, manifest_files_v2 [7] sorted by id, extra [8].
 *   <li>{@code NodeSnapshot}: id [0] 8 bytes, path [1], user_data [2] bytes of the zarr.json, node_data_type [3] u8,
 *       1 array, 2 group, node_data [4], extra [5].
 *   <li>{@code ArrayNodeData}: shape [0] of version 1, dimension_names [1], manifests [2], shape_v2 [3].
 *   <li>{@code DimensionShapeV2}: array_length [0] u64, num_chunks [1] u32. {@code DimensionName}: name [0], absent for none.
 *   <li>{@code ManifestRef}: object_id [0] 12 bytes, extents [1] structs of two u32, from and to.
 *   <li>{@code ManifestFileInfoV2}: id [0] 12 bytes, size_bytes [1] u64, num_chunk_refs [2] u32, extra [3].
 *   <li>structs of version 1: {@code DimensionShape} u64 array_length, u64 chunk_length; {@code ManifestFileInfo} of 32
 *       bytes: id at 0, size_bytes u64 at 16, num_chunk_refs u32 at 24.
 * </ul>
 */
final class SnapshotCodec {
    static final int ID = 0;
    static final int PARENT_ID = 1;
    static final int NODES = 2;
    static final int FLUSHED_AT = 3;
    static final int MESSAGE = 4;
    static final int METADATA = 5;
    static final int MANIFEST_FILES = 6;
    private static final int MANIFEST_FILES_V2 = 7;

    static final int NODE_ID = 0;
    static final int PATH = 1;
    static final int USER_DATA = 2;
    static final int NODE_DATA_TYPE = 3;
    static final int NODE_DATA = 4;
    static final int TYPE_ARRAY = 1;
    static final int TYPE_GROUP = 2;

    static final int SHAPE = 0;
    static final int DIMENSION_NAMES = 1;
    static final int MANIFESTS = 2;
    private static final int SHAPE_V2 = 3;
    private static final int DIMENSION_NAME = 0;
    private static final int ARRAY_LENGTH = 0;
    private static final int NUM_CHUNKS = 1;

    private static final int OBJECT_ID = 0;
    private static final int EXTENTS = 1;
    private static final int SIZE_BYTES = 1;
    private static final int NUM_CHUNK_REFS = 2;

    static final int SHAPE_STRUCT_BYTES = 16;
    private static final int RANGE_STRUCT_BYTES = 8;
    static final int FILE_STRUCT_BYTES = 32;

    private SnapshotCodec() {}

    // Reading

    static Snapshot decode(FlatReader reader) {
        FlatTable root = reader.root();
        FlatVector nodes = root.vector(NODES, 4, "nodes");
        List<Node> decoded = new ArrayList<>();
        for (int i = 0; i < nodes.length(); i++) {
            decoded.add(node(nodes.table(i).charged()));
        }
        return Snapshot.of(
                        reader.snapshotId(root.struct(ID, SnapshotId.SIZE_BYTES, "id")),
                        root.time(FLUSHED_AT),
                        root.string(MESSAGE, "message"),
                        MetadataCodec.read(root.vector(METADATA, 4, "metadata")),
                        decoded,
                        manifestFiles(root))
                .withParent(parent(root));
    }

    private static Optional<SnapshotId> parent(FlatTable root) {
        int place = root.field(PARENT_ID, SnapshotId.SIZE_BYTES);
        return place == 0 || root.reader().version() != SpecVersion.V1
                ? Optional.empty()
                : Optional.of(root.reader().snapshotId(place));
    }

    private static Node node(FlatTable table) {
        return new Node(
                table.reader().nodeId(table.struct(NODE_ID, NodeId.SIZE_BYTES, "id")),
                NodePath.ofStored(table.string(PATH, "path")),
                table.vector(USER_DATA, 1, "user_data").bytes(),
                nodeData(table));
    }

    private static NodeData nodeData(FlatTable table) {
        int type = table.u8(NODE_DATA_TYPE, 0);
        FlatTable data = table.table(NODE_DATA, "node_data");
        return switch (type) {
            case TYPE_ARRAY -> array(data.charged());
            case TYPE_GROUP -> new NodeData.Group();
            default -> throw new UnsupportedFormatException(table.reader().object(), "node type " + type);
        };
    }

    private static NodeData.Array array(FlatTable data) {
        return new NodeData.Array(shape(data), dimensionNames(data.vector(DIMENSION_NAMES, 4)), manifests(data));
    }

    private static List<DimensionShape> shape(FlatTable data) {
        List<DimensionShape> shape = new ArrayList<>();
        FlatVector tables = data.vector(SHAPE_V2, 4);
        if (tables == null) {
            return shapeOfVersion1(data.vector(SHAPE, SHAPE_STRUCT_BYTES, "shape"));
        }
        for (int i = 0; i < tables.length(); i++) {
            FlatTable dimension = tables.table(i).charged();
            shape.add(new DimensionShape(dimension.u63(ARRAY_LENGTH), dimension.u32(NUM_CHUNKS)));
        }
        return shape;
    }

    private static List<DimensionShape> shapeOfVersion1(FlatVector structs) {
        List<DimensionShape> shape = new ArrayList<>();
        FlatReader reader = structs.reader();
        reader.charge((long) SHAPE_STRUCT_BYTES * structs.length(), structs.start());
        for (int i = 0; i < structs.length(); i++) {
            long length = reader.u63(structs.at(i));
            long chunk = reader.u63(structs.at(i) + 8);
            if (chunk == 0 && length > 0) {
                throw reader.corrupt(structs.at(i), "a chunk length of at least 1", "0 for " + length + " elements");
            }
            shape.add(new DimensionShape(length, length == 0 ? 0 : (length - 1) / chunk + 1));
        }
        return shape;
    }

    private static Optional<List<Optional<String>>> dimensionNames(@Nullable FlatVector tables) {
        if (tables == null) {
            return Optional.empty();
        }
        List<Optional<String>> names = new ArrayList<>();
        for (int i = 0; i < tables.length(); i++) {
            names.add(Optional.ofNullable(tables.table(i).charged().string(DIMENSION_NAME)));
        }
        return Optional.of(names);
    }

    private static List<ManifestReference> manifests(FlatTable data) {
        FlatVector tables = data.vector(MANIFESTS, 4, "manifests");
        FlatReader reader = tables.reader();
        List<ManifestReference> references = new ArrayList<>();
        for (int i = 0; i < tables.length(); i++) {
            FlatTable table = tables.table(i).charged();
            FlatVector ranges = table.vector(EXTENTS, RANGE_STRUCT_BYTES, "extents");
            reader.charge((long) RANGE_STRUCT_BYTES * ranges.length(), ranges.start());
            List<ChunkIndexRange> extents = new ArrayList<>();
            for (int k = 0; k < ranges.length(); k++) {
                extents.add(new ChunkIndexRange(reader.u32(ranges.at(k)), reader.u32(ranges.at(k) + 4)));
            }
            ManifestId id = reader.manifestId(table.struct(OBJECT_ID, ManifestId.SIZE_BYTES, "object_id"));
            references.add(new ManifestReference(id, extents));
        }
        return references;
    }

    private static List<ManifestFile> manifestFiles(FlatTable root) {
        FlatVector tables = root.vector(MANIFEST_FILES_V2, 4);
        if (tables == null) {
            return manifestFilesOfVersion1(root.vector(MANIFEST_FILES, FILE_STRUCT_BYTES, "manifest_files"));
        }
        List<ManifestFile> files = new ArrayList<>();
        for (int i = 0; i < tables.length(); i++) {
            FlatTable table = tables.table(i).charged();
            ManifestId id = root.reader().manifestId(table.struct(ID, ManifestId.SIZE_BYTES, "id"));
            files.add(new ManifestFile(id, table.u63(SIZE_BYTES), table.u32(NUM_CHUNK_REFS)));
        }
        return files;
    }

    private static List<ManifestFile> manifestFilesOfVersion1(FlatVector structs) {
        FlatReader reader = structs.reader();
        reader.charge((long) FILE_STRUCT_BYTES * structs.length(), structs.start());
        List<ManifestFile> files = new ArrayList<>();
        for (int i = 0; i < structs.length(); i++) {
            int at = structs.at(i);
            files.add(new ManifestFile(reader.manifestId(at), reader.u63(at + 16), reader.u32(at + 24)));
        }
        return files;
    }

    // Writing

    static FlatWriter encode(Snapshot snapshot, SpecVersion version) {
        return version == SpecVersion.V1 ? SnapshotWriterV1.encode(snapshot) : encode(snapshot);
    }

    static FlatWriter encode(Snapshot snapshot) {
        FlatWriter writer = new FlatWriter(256 + 512 * snapshot.nodes().size());
        int nodes = writer.offsets(
                snapshot.nodes().stream().mapToInt(node -> write(writer, node)).toArray());
        int files = writer.offsets(snapshot.manifestFiles().stream()
                .mapToInt(file -> write(writer, file))
                .toArray());
        int filesOfVersion1 = writer.offsets(new int[0]);
        int metadata = MetadataCodec.write(writer, snapshot.metadata());
        int message = writer.string(snapshot.message());
        writer.startTable();
        writer.time(FLUSHED_AT, snapshot.flushedAt());
        writer.offset(NODES, nodes);
        writer.offset(MESSAGE, message);
        writer.offset(METADATA, metadata);
        writer.offset(MANIFEST_FILES, filesOfVersion1);
        writer.offset(MANIFEST_FILES_V2, files);
        writer.id(ID, snapshot.id());
        writer.finish(writer.endTable());
        return writer;
    }

    private static int write(FlatWriter writer, Node node) {
        int data = node.data() instanceof NodeData.Array array ? write(writer, array) : emptyTable(writer);
        int userData = writer.bytes(node.userData());
        int path = writer.string(node.path().toString());
        writer.startTable();
        writer.offset(PATH, path);
        writer.offset(USER_DATA, userData);
        writer.offset(NODE_DATA, data);
        writer.id(NODE_ID, node.id());
        writer.u8(NODE_DATA_TYPE, node.kind() == NodeKind.ARRAY ? TYPE_ARRAY : TYPE_GROUP, 0);
        return writer.endTable();
    }

    private static int write(FlatWriter writer, NodeData.Array array) {
        int shape = writer.offsets(array.shape().stream()
                .mapToInt(dimension -> write(writer, dimension))
                .toArray());
        int manifests = writer.offsets(array.manifests().stream()
                .mapToInt(reference -> write(writer, reference))
                .toArray());
        int names = array.dimensionNames().map(list -> writeNames(writer, list)).orElse(0);
        writer.startVector(SHAPE_STRUCT_BYTES, 0, 8);
        int shapeOfVersion1 = writer.vectorLength(0);
        writer.startTable();
        writer.offset(SHAPE, shapeOfVersion1);
        writer.offset(DIMENSION_NAMES, names);
        writer.offset(MANIFESTS, manifests);
        writer.offset(SHAPE_V2, shape);
        return writer.endTable();
    }

    static int emptyTable(FlatWriter writer) {
        writer.startTable();
        return writer.endTable();
    }

    private static int write(FlatWriter writer, DimensionShape dimension) {
        writer.startTable();
        writer.u64(ARRAY_LENGTH, dimension.arrayLength());
        writer.u32(NUM_CHUNKS, (int) dimension.chunkCount());
        return writer.endTable();
    }

    static int writeNames(FlatWriter writer, List<Optional<String>> names) {
        return writer.offsets(
                names.stream().mapToInt(name -> writeName(writer, name)).toArray());
    }

    private static int writeName(FlatWriter writer, Optional<String> name) {
        int text = name.map(writer::string).orElse(0);
        writer.startTable();
        writer.offset(DIMENSION_NAME, text);
        return writer.endTable();
    }

    static int write(FlatWriter writer, ManifestReference reference) {
        List<ChunkIndexRange> extents = reference.extents();
        writer.startVector(RANGE_STRUCT_BYTES, extents.size(), 4);
        for (int i = extents.size() - 1; i >= 0; i--) {
            writer.pushInt((int) extents.get(i).to());
            writer.pushInt((int) extents.get(i).from());
        }
        int ranges = writer.vectorLength(extents.size());
        writer.startTable();
        writer.offset(EXTENTS, ranges);
        writer.id(OBJECT_ID, reference.id().high(), reference.id().low());
        return writer.endTable();
    }

    private static int write(FlatWriter writer, ManifestFile file) {
        writer.startTable();
        writer.u64(SIZE_BYTES, file.sizeBytes());
        writer.u32(NUM_CHUNK_REFS, (int) file.chunkReferences());
        writer.id(ID, file.id().high(), file.id().low());
        return writer.endTable();
    }
}
