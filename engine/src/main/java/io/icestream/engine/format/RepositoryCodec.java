package io.icestream.engine.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * FlatBuffers layout of the repository object, field numbers in brackets.
 *
 * <ul>
 *   <li>{@code Repo}: spec_version [0] u8, tags [1] and branches [2] sorted by name, deleted_tags [3] sorted, snapshots [4]
 *       sorted by id, see {@link SnapshotEntryCodec}, status [5], metadata [6], latest_updates [7] newest first, see {@link
 *       UpdateCodec}, repo_before_updates [8] string, config [9] bytes, enabled_feature_flags [10] and
 *       disabled_feature_flags [11] ascending u16, extra [12] bytes.
 *   <li>{@code Ref}: name [0], snapshot_index [1] u32, an index in the list of snapshots.
 * </ul>
 */
final class RepositoryCodec {
    private static final int SPEC_VERSION = 0;
    private static final int TAGS = 1;
    private static final int BRANCHES = 2;
    private static final int DELETED_TAGS = 3;
    private static final int SNAPSHOTS = 4;
    private static final int STATUS = 5;
    private static final int METADATA = 6;
    private static final int LATEST_UPDATES = 7;
    private static final int REPO_BEFORE_UPDATES = 8;
    private static final int CONFIG = 9;
    private static final int ENABLED_FLAGS = 10;
    private static final int DISABLED_FLAGS = 11;
    private static final int EXTRA = 12;

    private static final int REF_NAME = 0;
    private static final int REF_INDEX = 1;

    private static final int ROOM_BYTES = 8192;
    private static final int UPDATE_BYTES = 160;

    private RepositoryCodec() {}

    // Reading

    static RepositoryInfo decode(FlatReader reader) {
        FlatTable root = reader.root();
        int version = root.u8(SPEC_VERSION, 0);
        if (version != RepositoryInfo.SPEC_VERSION) {
            throw new UnsupportedFormatException(reader.object(), "a repository of format version " + version);
        }
        SnapshotEntries snapshots = snapshots(root.vector(SNAPSHOTS, 4, "snapshots"));
        return new RepositoryInfo(
                version,
                refs(root.vector(TAGS, 4, "tags"), snapshots),
                refs(root.vector(BRANCHES, 4, "branches"), snapshots),
                names(root.vector(DELETED_TAGS, 4, "deleted_tags")),
                snapshots,
                UpdateCodec.readStatus(root.table(STATUS, "status")),
                MetadataCodec.read(root.vector(METADATA, 4)),
                updates(root.vector(LATEST_UPDATES, 4, "latest_updates")),
                Optional.ofNullable(root.string(REPO_BEFORE_UPDATES)),
                Optional.ofNullable(root.bytes(CONFIG)),
                new FeatureFlags(flags(root.vector(ENABLED_FLAGS, 2)), flags(root.vector(DISABLED_FLAGS, 2))),
                Optional.ofNullable(root.bytes(EXTRA)));
    }

    private static SnapshotEntries snapshots(FlatVector tables) {
        FlatReader reader = tables.reader();
        reader.charge(40L * tables.length(), tables.start());
        SnapshotId[] ids = new SnapshotId[tables.length()];
        int[] parents = new int[ids.length];
        int[] places = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            FlatTable row = tables.table(i);
            ids[i] = reader.snapshotId(row.struct(SnapshotEntryCodec.ID, SnapshotId.SIZE_BYTES, "id"));
            parents[i] = row.i32(SnapshotEntryCodec.PARENT_OFFSET);
            places[i] = reader.size() - row.position();
            if (parents[i] < SnapshotEntries.NO_PARENT || parents[i] >= ids.length) {
                throw reader.corrupt(
                        row.position(), "a parent among " + ids.length + " snapshots", "index " + parents[i]);
            }
            if (i > 0 && ids[i - 1].compareTo(ids[i]) >= 0) {
                throw reader.corrupt(row.position(), "snapshots sorted by id", ids[i - 1] + " before " + ids[i]);
            }
        }
        int ring = SnapshotEntries.findRing(parents);
        if (ring >= 0) {
            throw reader.corrupt(
                    tables.table(ring).position(), "parents that end at a first snapshot", "a ring at " + ids[ring]);
        }
        int tailBytes = reader.size() - tables.at(tables.length());
        return SnapshotEntries.of(
                new SnapshotEntries.Source(reader, tailBytes, false, WrittenUpdates.NONE), ids, parents, places);
    }

    private static SortedMap<String, SnapshotId> refs(FlatVector tables, SnapshotEntries snapshots) {
        TreeMap<String, SnapshotId> refs = new TreeMap<>(Utf8Order.COMPARATOR);
        for (int i = 0; i < tables.length(); i++) {
            FlatTable ref = tables.table(i).charged();
            String name = ref.string(REF_NAME, "name");
            long index = ref.u32(REF_INDEX);
            if (index >= snapshots.size()) {
                throw ref.reader()
                        .corrupt(
                                ref.position(),
                                "a ref to one of " + snapshots.size() + " snapshots",
                                "'" + name + "' to index " + index);
            }
            if (refs.put(name, snapshots.id((int) index)) != null) {
                throw ref.reader().corrupt(ref.position(), "refs of different names", "'" + name + "' twice");
            }
        }
        return refs;
    }

    private static SortedSet<String> names(FlatVector strings) {
        TreeSet<String> names = new TreeSet<>(Utf8Order.COMPARATOR);
        for (int i = 0; i < strings.length(); i++) {
            strings.reader().charge(4, strings.at(i));
            names.add(strings.string(i));
        }
        return names;
    }

    private static List<Update> updates(FlatVector tables) {
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < tables.length(); i++) {
            updates.add(UpdateCodec.read(tables.table(i).charged()));
        }
        return updates;
    }

    private static SortedSet<Integer> flags(@Nullable FlatVector numbers) {
        TreeSet<Integer> flags = new TreeSet<>();
        for (int i = 0; numbers != null && i < numbers.length(); i++) {
            flags.add(numbers.reader().u16(numbers.at(i)));
        }
        return flags;
    }

    // Writing

    /** What was written: the buffer, and the same value with its snapshots in there. */
    record Written(FlatWriter writer, RepositoryInfo info) {}

    static FlatWriter encode(RepositoryInfo info) {
        return rewrite(info).writer();
    }

    static Written rewrite(RepositoryInfo info) {
        FlatWriter writer = new FlatWriter(expectedSize(info));
        SnapshotEntryCodec entries = new SnapshotEntryCodec(writer);
        int snapshots = entries.write(info.snapshots());
        SnapshotEntries.Source source = info.snapshots().source();
        WrittenUpdates log = source.updates().write(writer, source.reader(), info.latestUpdates());
        int updates = writer.offsets(log.places());
        int tags = writeRefs(writer, info.tags(), info.snapshots());
        int branches = writeRefs(writer, info.branches(), info.snapshots());
        int deletedTags = writer.offsets(
                info.deletedTags().stream().mapToInt(writer::string).toArray());
        int metadata = MetadataCodec.write(writer, info.metadata());
        int status = new UpdateCodec(writer).write(info.status());
        int before = info.repoBeforeUpdates().map(writer::string).orElse(0);
        int config = info.config().map(writer::bytes).orElse(0);
        int enabled = writeFlags(writer, info.flags().enabled());
        int disabled = writeFlags(writer, info.flags().disabled());
        int extra = info.extra().map(writer::bytes).orElse(0);
        writer.startTable();
        writer.offset(TAGS, tags);
        writer.offset(BRANCHES, branches);
        writer.offset(DELETED_TAGS, deletedTags);
        writer.offset(SNAPSHOTS, snapshots);
        writer.offset(STATUS, status);
        writer.offset(METADATA, metadata);
        writer.offset(LATEST_UPDATES, updates);
        writer.offset(REPO_BEFORE_UPDATES, before);
        writer.offset(CONFIG, config);
        writer.offset(ENABLED_FLAGS, enabled);
        writer.offset(DISABLED_FLAGS, disabled);
        writer.offset(EXTRA, extra);
        writer.u8(SPEC_VERSION, info.specVersion(), 0);
        writer.finish(writer.endTable());
        return new Written(writer, info.withWritten(entries.written(info.snapshots(), log)));
    }

    /** A little more than needed, so that nothing is copied for want of room. */
    private static int expectedSize(RepositoryInfo info) {
        long entries =
                info.snapshots().source().tailBytes() + 4L * info.snapshots().size();
        return (int) Math.min(
                Integer.MAX_VALUE,
                ROOM_BYTES
                        + entries
                        + (long) UPDATE_BYTES * info.latestUpdates().size());
    }

    private static int writeRefs(FlatWriter writer, SortedMap<String, SnapshotId> refs, SnapshotEntries snapshots) {
        return writer.offsets(refs.entrySet().stream()
                .mapToInt(ref -> writeRef(writer, ref.getKey(), snapshots.indexOf(ref.getValue())))
                .toArray());
    }

    private static int writeRef(FlatWriter writer, String name, int index) {
        int text = writer.string(name);
        writer.startTable();
        writer.offset(REF_NAME, text);
        writer.u32(REF_INDEX, index);
        return writer.endTable();
    }

    private static int writeFlags(FlatWriter writer, Collection<Integer> flags) {
        if (flags.isEmpty()) {
            return 0;
        }
        int[] numbers = flags.stream().mapToInt(Integer::intValue).toArray();
        writer.startVector(2, numbers.length, 2);
        for (int i = numbers.length - 1; i >= 0; i--) {
            writer.pushShort(numbers[i]);
        }
        return writer.vectorLength(numbers.length);
    }
}
