package io.icestream.engine.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes snapshots as files of version 1, whose layout {@link SnapshotCodec} shows: the parent is in the file, shapes and the
 * list of manifests are structs, metadata values are {@link MessagePack}.
 */
final class SnapshotWriterV1 {
    private final FlatWriter writer;

    private SnapshotWriterV1(FlatWriter writer) {
        this.writer = writer;
    }

    static FlatWriter encode(Snapshot snapshot) {
        FlatWriter writer = new FlatWriter(256 + 512 * snapshot.nodes().size());
        writer.finish(new SnapshotWriterV1(writer).write(snapshot));
        return writer;
    }

    private int write(Snapshot snapshot) {
        int nodes =
                writer.offsets(snapshot.nodes().stream().mapToInt(this::write).toArray());
        int files = writeFiles(snapshot.manifestFiles());
        int metadata = MetadataCodec.write(writer, snapshot.metadata(), MessagePack::encode);
        int message = writer.string(snapshot.message());
        writer.startTable();
        writer.time(SnapshotCodec.FLUSHED_AT, snapshot.flushedAt());
        writer.offset(SnapshotCodec.NODES, nodes);
        writer.offset(SnapshotCodec.MESSAGE, message);
        writer.offset(SnapshotCodec.METADATA, metadata);
        writer.offset(SnapshotCodec.MANIFEST_FILES, files);
        snapshot.parent().ifPresent(parent -> writer.id(SnapshotCodec.PARENT_ID, parent));
        writer.id(SnapshotCodec.ID, snapshot.id());
        return writer.endTable();
    }

    private int writeFiles(List<ManifestFile> files) {
        writer.startVector(SnapshotCodec.FILE_STRUCT_BYTES, files.size(), 8);
        for (int i = files.size() - 1; i >= 0; i--) {
            ManifestFile file = files.get(i);
            writer.pushInt(0);
            writer.pushInt((int) file.chunkReferences());
            writer.pushLong(file.sizeBytes());
            writer.pushInt(0);
            writer.pushId(file.id().high(), file.id().low());
        }
        return writer.vectorLength(files.size());
    }

    private int write(Node node) {
        int data = node.data() instanceof NodeData.Array array ? write(node, array) : SnapshotCodec.emptyTable(writer);
        int userData = writer.bytes(node.userData());
        int path = writer.string(node.path().toString());
        writer.startTable();
        writer.offset(SnapshotCodec.PATH, path);
        writer.offset(SnapshotCodec.USER_DATA, userData);
        writer.offset(SnapshotCodec.NODE_DATA, data);
        writer.id(SnapshotCodec.NODE_ID, node.id());
        int type = node.kind() == NodeKind.ARRAY ? SnapshotCodec.TYPE_ARRAY : SnapshotCodec.TYPE_GROUP;
        writer.u8(SnapshotCodec.NODE_DATA_TYPE, type, 0);
        return writer.endTable();
    }

    private int write(Node node, NodeData.Array array) {
        int manifests = writer.offsets(array.manifests().stream()
                .mapToInt(reference -> SnapshotCodec.write(writer, reference))
                .toArray());
        int names = array.dimensionNames()
                .map(list -> SnapshotCodec.writeNames(writer, list))
                .orElse(0);
        int shape = writeShape(array.shape(), chunkLengths(node, array));
        writer.startTable();
        writer.offset(SnapshotCodec.SHAPE, shape);
        writer.offset(SnapshotCodec.DIMENSION_NAMES, names);
        writer.offset(SnapshotCodec.MANIFESTS, manifests);
        return writer.endTable();
    }

    private int writeShape(List<DimensionShape> shape, List<Long> chunkLengths) {
        writer.startVector(SnapshotCodec.SHAPE_STRUCT_BYTES, shape.size(), 8);
        for (int i = shape.size() - 1; i >= 0; i--) {
            writer.pushLong(chunkLengths.get(i));
            writer.pushLong(shape.get(i).arrayLength());
        }
        return writer.vectorLength(shape.size());
    }

    /**
     * The file wants the length of chunks, a shape here has their number. What the array's metadata says is taken where it
     * gives that number, else the least length that does.
     */
    private static List<Long> chunkLengths(Node node, NodeData.Array array) {
        List<Long> declared = RegularGrid.chunkLengths(node.userData());
        List<Long> lengths = new ArrayList<>();
        for (int axis = 0; axis < array.shape().size(); axis++) {
            DimensionShape dimension = array.shape().get(axis);
            boolean fits = declared.size() == array.shape().size()
                    && count(dimension, declared.get(axis)) == dimension.chunkCount();
            lengths.add(fits ? declared.get(axis) : leastLength(dimension));
        }
        return lengths;
    }

    private static long count(DimensionShape dimension, long chunkLength) {
        return dimension.arrayLength() == 0 ? 0 : (dimension.arrayLength() - 1) / chunkLength + 1;
    }

    private static long leastLength(DimensionShape dimension) {
        return dimension.chunkCount() == 0 ? 0 : (dimension.arrayLength() - 1) / dimension.chunkCount() + 1;
    }
}
