package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * FlatBuffers layout of {@code SnapshotInfo}, field numbers in brackets: id [0] 12 bytes, parent_offset [1] i32, the index of
 * the parent in the list, -1 for none (0, the first of the list, if the field is absent), flushed_at [2] u64 microseconds,
 * message [3], metadata [4], pruned_ancestor_tx_logs [5] ids of 12 bytes, absent if there are none.
 *
 * <p>An instance writes the entries of one file, from its end on. Entries that come from another file are not decoded. As
 * an offset leads forward only, all that an entry refers to lies behind the vector of the entries in that file, as its
 * vtable does in files of the usual builders. So if little else is there, all that comes behind the vector is taken over
 * in one piece, and what changes from commit to commit, the indices of parents, is written over in place. Otherwise the
 * entries are copied one by one.
 */
final class SnapshotEntryCodec {
    static final int ID = 0;
    static final int PARENT_OFFSET = 1;
    private static final int FLUSHED_AT = 2;
    private static final int MESSAGE = 3;
    private static final int METADATA = 4;
    private static final int PRUNED = 5;

    /** Of what lies behind the vector, entries must be at least one part in so many. */
    private static final int LEAST_SHARE = 2;

    private static final int NOTHING = -1;

    private final FlatWriter writer;
    private final RecentBytes recent;
    private int noMetadata;
    private int[] places = new int[0];
    private int tailBytes;

    SnapshotEntryCodec(FlatWriter writer) {
        this.writer = writer;
        this.recent = new RecentBytes(writer);
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

    /** Writes all entries, before anything else is written; gives the place of their vector. */
    int write(SnapshotEntries entries) {
        int shift = takeOver(entries);
        places = new int[entries.size()];
        for (int i = places.length - 1; i >= 0; i--) {
            places[i] = shift != NOTHING && entries.place(i) != 0 ? keep(entries, i, shift) : write(entries, i);
        }
        tailBytes = writer.place();
        return writer.offsets(places);
    }

    /** The entries that were written, in the bytes of the writer, which is finished; with the log in there. */
    SnapshotEntries written(SnapshotEntries entries, WrittenUpdates updates) {
        FlatReader reader = new FlatReader(writer.buffer(), "repo");
        return entries.movedTo(new SnapshotEntries.Source(reader, tailBytes, true, updates), places);
    }

    /** By how much places of entries grow that were taken over, or {@link #NOTHING}. */
    private int takeOver(SnapshotEntries entries) {
        SnapshotEntries.Source source = entries.source();
        FlatReader reader = source.reader();
        if (reader == null || !(source.packed() || isPacked(entries, reader.size() - source.tailBytes()))) {
            return NOTHING;
        }
        int shift = writer.graft(reader.bytes(), source.tailBytes());
        shareStrings(entries, shift);
        return shift;
    }

    /** Whether what lies behind the vector of entries is mostly entries, and whole ones. */
    private static boolean isPacked(SnapshotEntries entries, int start) {
        long used = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.place(i) != 0) {
                FlatTable row = entries.table(i);
                if (Math.min(row.position(), row.vtable()) < start) {
                    return false;
                }
                used += sizeBytes(row);
            }
        }
        return used * LEAST_SHARE >= entries.source().tailBytes();
    }

    /** About as many bytes as an entry takes, without names of metadata, which entries share. */
    private static long sizeBytes(FlatTable row) {
        long size = (long) row.tableLength() + row.vector(MESSAGE, 1, "message").length();
        FlatVector items = row.vector(METADATA, 4);
        for (int i = 0; items != null && i < items.length(); i++) {
            FlatTable item = items.table(i);
            size += item.tableLength()
                    + item.vector(MetadataCodec.VALUE, 1, "value").length();
        }
        FlatVector pruned = row.vector(PRUNED, SnapshotId.SIZE_BYTES);
        return size + (pruned == null ? 0 : (long) SnapshotId.SIZE_BYTES * pruned.length());
    }

    /** Lets new entries use vtables, names and values of their parents. */
    private void shareStrings(SnapshotEntries entries, int shift) {
        for (int i = 0; i < entries.size(); i++) {
            int parent = entries.parentIndex(i);
            if (entries.place(i) == 0 && parent >= 0 && entries.place(parent) != 0) {
                share(entries.table(parent), shift);
                return;
            }
        }
    }

    private void share(FlatTable row, int shift) {
        int end = row.reader().size() + shift;
        writer.shareVtable(end - row.vtable());
        FlatVector items = row.vector(METADATA, 4);
        for (int i = 0; items != null && i < Math.min(items.length(), RecentBytes.LIMIT / 2); i++) {
            FlatTable item = items.table(i);
            writer.shareVtable(end - item.vtable());
            recent.add(item.vector(MetadataCodec.NAME, 1, "name"), shift);
            recent.add(item.vector(MetadataCodec.VALUE, 1, "value"), shift);
        }
    }

    private int keep(SnapshotEntries entries, int index, int shift) {
        FlatTable row = entries.table(index);
        int parent = entries.parentIndex(index);
        int field = row.field(PARENT_OFFSET, 4);
        if (parent != (field == 0 ? 0 : row.reader().i32(field))) {
            if (field == 0) {
                return copy(row, entries.id(index), parent);
            }
            writer.replaceInt(row.reader().size() - field + shift, parent);
        }
        return entries.place(index) + shift;
    }

    private int write(SnapshotEntries entries, int index) {
        return entries.place(index) == 0
                ? write(entries.entry(index), entries.parentIndex(index))
                : copy(entries.table(index), entries.id(index), entries.parentIndex(index));
    }

    private int write(SnapshotEntry entry, int parent) {
        int metadata = writeMetadata(entry.metadata());
        int message = writer.string(entry.message());
        int pruned = entry.prunedAncestorLogs().isEmpty() ? 0 : writeIds(entry.prunedAncestorLogs());
        writer.startTable();
        writer.time(FLUSHED_AT, entry.flushedAt());
        return endTable(entry.id(), parent, message, metadata, pruned);
    }

    private int writeMetadata(SortedMap<String, JsonNode> metadata) {
        int[] items = new int[metadata.size()];
        int next = 0;
        for (var entry : metadata.entrySet()) {
            byte[] text = FlatWriter.encode(entry.getKey());
            Bytes content = FlexBuffers.encode(entry.getValue());
            int name = recent.string(text, 0, text.length);
            int value = recent.bytes(content.array(), 0, content.size());
            items[next++] = MetadataCodec.item(writer, name, value);
        }
        return writer.offsets(items);
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
            FlatVector text = item.vector(MetadataCodec.NAME, 1, "name");
            FlatVector content = item.vector(MetadataCodec.VALUE, 1, "value");
            int name = recent.string(text.reader().bytes(), text.start(), text.length());
            int value = recent.bytes(content.reader().bytes(), content.start(), content.length());
            places[i] = MetadataCodec.item(writer, name, value);
        }
        return writer.offsets(places);
    }

    private int endTable(SnapshotId id, int parent, int message, int metadata, int pruned) {
        writer.offset(MESSAGE, message);
        writer.offset(METADATA, metadata);
        writer.offset(PRUNED, pruned);
        writer.replaceableU32(PARENT_OFFSET, parent);
        writer.id(ID, id);
        return writer.endTable();
    }
}
