package io.icestream.engine.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * FlatBuffers layout of {@code SnapshotInfo}, field numbers in brackets: id [0] 12 bytes, parent_offset [1] i32, the index of
 * the parent in the list, -1 for none (0, the first of the list, if the field is absent), flushed_at [2] u64 microseconds,
 * message [3], metadata [4], pruned_ancestor_tx_logs [5] ids of 12 bytes, absent if there are none.
 *
 * <p>An instance writes the entries of one file. Entries that come from another file are copied without being decoded.
 */
final class SnapshotEntryCodec {
    static final int ID = 0;
    static final int PARENT_OFFSET = 1;
    private static final int FLUSHED_AT = 2;
    private static final int MESSAGE = 3;
    private static final int METADATA = 4;
    private static final int PRUNED = 5;

    private final FlatWriter writer;
    private final LastBytes names = new LastBytes();
    private final LastBytes values = new LastBytes();
    private int noMetadata;

    SnapshotEntryCodec(FlatWriter writer) {
        this.writer = writer;
    }

    static SnapshotEntry read(FlatTable table, SnapshotId id, Optional<SnapshotId> parent) {
        // A reader of its own, because what counts as out of proportion is counted per thread and per entry.
        FlatReader reader =
                new FlatReader(table.reader().bytes(), table.reader().object());
        FlatTable row = reader.tableAt(table.position());
        try {
            return new SnapshotEntry(
                    id,
                    parent,
                    row.time(FLUSHED_AT),
                    row.string(MESSAGE, "message"),
                    MetadataCodec.read(row.vector(METADATA, 4)),
                    pruned(row.vector(PRUNED, SnapshotId.SIZE_BYTES)));
        } catch (IllegalArgumentException e) {
            throw row.reader().invalid(e);
        }
    }

    private static List<SnapshotId> pruned(@Nullable FlatVector structs) {
        List<SnapshotId> ids = new ArrayList<>();
        for (int i = 0; structs != null && i < structs.length(); i++) {
            ids.add(structs.reader().snapshotId(structs.at(i)));
        }
        return ids;
    }

    int write(SnapshotEntries entries, int index) {
        Object row = entries.row(index);
        return row instanceof FlatTable table
                ? copy(table, entries.id(index), entries.parentIndex(index))
                : write((SnapshotEntry) row, entries.parentIndex(index));
    }

    private int write(SnapshotEntry entry, int parent) {
        int metadata = MetadataCodec.write(writer, entry.metadata());
        int message = writer.string(entry.message());
        int pruned = entry.prunedAncestorLogs().isEmpty() ? 0 : writeIds(entry.prunedAncestorLogs());
        writer.startTable();
        writer.time(FLUSHED_AT, entry.flushedAt());
        return endTable(entry.id(), parent, message, metadata, pruned);
    }

    private int writeIds(List<SnapshotId> ids) {
        writer.startVector(SnapshotId.SIZE_BYTES, ids.size(), 1);
        for (int i = ids.size() - 1; i >= 0; i--) {
            writer.pushId(ids.get(i).high(), ids.get(i).low());
        }
        return writer.vectorLength(ids.size());
    }

    private int copy(FlatTable row, SnapshotId id, int parent) {
        FlatVector pruned = row.vector(PRUNED, SnapshotId.SIZE_BYTES);
        int metadataPlace = copyMetadata(row.vector(METADATA, 4));
        FlatVector message = row.vector(MESSAGE, 1, "message");
        int messagePlace = writer.utf8(message.reader().bytes(), message.start(), message.length());
        int prunedPlace = pruned == null || pruned.length() == 0 ? 0 : copyIds(pruned);
        writer.startTable();
        writer.u64(FLUSHED_AT, row.u63(FLUSHED_AT));
        return endTable(id, parent, messagePlace, metadataPlace, prunedPlace);
    }

    private int copyIds(FlatVector ids) {
        writer.startVector(SnapshotId.SIZE_BYTES, ids.length(), 1);
        for (int i = ids.length() - 1; i >= 0; i--) {
            SnapshotId id = ids.reader().snapshotId(ids.at(i));
            writer.pushId(id.high(), id.low());
        }
        return writer.vectorLength(ids.length());
    }

    private int copyMetadata(@Nullable FlatVector items) {
        if (items == null || items.length() == 0) {
            noMetadata = noMetadata == 0 ? writer.offsets(new int[0]) : noMetadata;
            return noMetadata;
        }
        int[] places = new int[items.length()];
        for (int i = 0; i < places.length; i++) {
            FlatTable item = items.table(i);
            int name = names.place(item.vector(MetadataCodec.NAME, 1, "name"), writer::utf8);
            int value = values.place(item.vector(MetadataCodec.VALUE, 1, "value"), writer::bytes);
            places[i] = MetadataCodec.item(writer, name, value);
        }
        return writer.offsets(places);
    }

    private int endTable(SnapshotId id, int parent, int message, int metadata, int pruned) {
        writer.offset(MESSAGE, message);
        writer.offset(METADATA, metadata);
        writer.offset(PRUNED, pruned);
        writer.u32(PARENT_OFFSET, parent);
        writer.id(ID, id);
        return writer.endTable();
    }

    /** Writes bytes once where they repeat those written before. */
    private static final class LastBytes {
        private byte[] last = new byte[0];
        private int start;
        private int length = -1;
        private int place;

        int place(FlatVector content, Write write) {
            byte[] bytes = content.reader().bytes();
            int from = content.start();
            if (!Arrays.equals(last, start, start + Math.max(length, 0), bytes, from, from + content.length())
                    || length < 0) {
                place = write.write(bytes, from, content.length());
                last = bytes;
                start = from;
                length = content.length();
            }
            return place;
        }
    }

    private interface Write {
        int write(byte[] source, int start, int length);
    }
}
