package io.icestream.engine.format;

import io.icestream.engine.format.RepositoryStatus.Availability;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * FlatBuffers layout of the ops log, field numbers in brackets.
 *
 * <ul>
 *   <li>{@code Update}: update_type_type [0] u8, update_type [1] a table, updated_at [2] u64 microseconds, backup_path [3].
 *   <li>The tables by type: 1 RepoInitialized, 2 RepoMigrated (from_version [0] u8, to_version [1] u8), 3 ConfigChanged, 4
 *       MetadataChanged, 5 TagCreated (name [0]), 6 TagDeleted (name [0], previous_snap_id [1]), 7 BranchCreated (name [0]), 8
 *       BranchDeleted and 9 BranchReset (name [0], previous_snap_id [1]), 10 NewCommit (branch [0], new_snap_id [1]), 11
 *       CommitAmended (branch [0], previous_snap_id [1], new_snap_id [2]), 12 NewDetachedSnapshot (new_snap_id [0]), 13 GCRan,
 *       14 ExpirationRan, 15 FeatureFlagChanged (id [0] u16, new_value [1] bool, is_set [2] bool), 16 RepoStatusChanged (status
 *       [0]). Ids have 12 bytes.
 *   <li>{@code RepoStatus}: availability [0] u8, set_at [1] u64 microseconds, limited_availability_reason [2].
 * </ul>
 */
final class UpdateCodec {
    private static final int TYPE = 0;
    private static final int VALUE = 1;
    private static final int UPDATED_AT = 2;
    private static final int BACKUP_PATH = 3;

    private static final int REPO_INITIALIZED = 1;
    private static final int REPO_MIGRATED = 2;
    private static final int CONFIG_CHANGED = 3;
    private static final int METADATA_CHANGED = 4;
    private static final int TAG_CREATED = 5;
    private static final int TAG_DELETED = 6;
    private static final int BRANCH_CREATED = 7;
    private static final int BRANCH_DELETED = 8;
    private static final int BRANCH_RESET = 9;
    private static final int NEW_COMMIT = 10;
    private static final int COMMIT_AMENDED = 11;
    private static final int NEW_DETACHED_SNAPSHOT = 12;
    private static final int GC_RAN = 13;
    private static final int EXPIRATION_RAN = 14;
    private static final int FEATURE_FLAG_CHANGED = 15;
    private static final int REPO_STATUS_CHANGED = 16;

    private static final Map<Class<? extends UpdateKind>, Integer> TYPES = Map.ofEntries(
            Map.entry(UpdateKind.RepositoryInitialized.class, REPO_INITIALIZED),
            Map.entry(UpdateKind.RepositoryMigrated.class, REPO_MIGRATED),
            Map.entry(UpdateKind.ConfigChanged.class, CONFIG_CHANGED),
            Map.entry(UpdateKind.MetadataChanged.class, METADATA_CHANGED),
            Map.entry(UpdateKind.TagCreated.class, TAG_CREATED),
            Map.entry(UpdateKind.TagDeleted.class, TAG_DELETED),
            Map.entry(UpdateKind.BranchCreated.class, BRANCH_CREATED),
            Map.entry(UpdateKind.BranchDeleted.class, BRANCH_DELETED),
            Map.entry(UpdateKind.BranchReset.class, BRANCH_RESET),
            Map.entry(UpdateKind.NewCommit.class, NEW_COMMIT),
            Map.entry(UpdateKind.CommitAmended.class, COMMIT_AMENDED),
            Map.entry(UpdateKind.NewDetachedSnapshot.class, NEW_DETACHED_SNAPSHOT),
            Map.entry(UpdateKind.GarbageCollected.class, GC_RAN),
            Map.entry(UpdateKind.ExpirationRan.class, EXPIRATION_RAN),
            Map.entry(UpdateKind.FeatureFlagChanged.class, FEATURE_FLAG_CHANGED),
            Map.entry(UpdateKind.StatusChanged.class, REPO_STATUS_CHANGED));

    private static final List<Availability> AVAILABILITIES =
            List.of(Availability.ONLINE, Availability.READ_ONLY, Availability.OFFLINE);
    private static final int AVAILABILITY = 0;
    private static final int SET_AT = 1;
    private static final int REASON = 2;

    private final FlatWriter writer;
    private @Nullable String lastName;
    private int lastNamePlace;

    UpdateCodec(FlatWriter writer) {
        this.writer = writer;
    }

    // Reading

    static Update read(FlatTable table) {
        int type = table.u8(TYPE, 0);
        FlatTable value = table.table(VALUE, "update_type").charged();
        return new Update(kind(type, value), table.time(UPDATED_AT), Optional.ofNullable(table.string(BACKUP_PATH)));
    }

    private static UpdateKind kind(int type, FlatTable value) {
        return switch (type) {
            case REPO_INITIALIZED -> new UpdateKind.RepositoryInitialized();
            case REPO_MIGRATED -> new UpdateKind.RepositoryMigrated(value.u8(0, 0), value.u8(1, 0));
            case CONFIG_CHANGED -> new UpdateKind.ConfigChanged();
            case METADATA_CHANGED -> new UpdateKind.MetadataChanged();
            case TAG_CREATED -> new UpdateKind.TagCreated(name(value));
            case TAG_DELETED -> new UpdateKind.TagDeleted(name(value), snapshot(value, 1));
            case BRANCH_CREATED -> new UpdateKind.BranchCreated(name(value));
            case BRANCH_DELETED -> new UpdateKind.BranchDeleted(name(value), snapshot(value, 1));
            case BRANCH_RESET -> new UpdateKind.BranchReset(name(value), snapshot(value, 1));
            case NEW_COMMIT -> new UpdateKind.NewCommit(name(value), snapshot(value, 1));
            case COMMIT_AMENDED -> new UpdateKind.CommitAmended(name(value), snapshot(value, 1), snapshot(value, 2));
            case NEW_DETACHED_SNAPSHOT -> new UpdateKind.NewDetachedSnapshot(snapshot(value, 0));
            case GC_RAN -> new UpdateKind.GarbageCollected();
            case EXPIRATION_RAN -> new UpdateKind.ExpirationRan();
            case FEATURE_FLAG_CHANGED -> flag(value);
            case REPO_STATUS_CHANGED -> new UpdateKind.StatusChanged(readStatus(value.table(0, "status")));
            default -> new UpdateKind.Unknown(type);
        };
    }

    private static String name(FlatTable value) {
        return value.string(0, "name");
    }

    private static SnapshotId snapshot(FlatTable value, int field) {
        return value.reader().snapshotId(value.struct(field, SnapshotId.SIZE_BYTES, "snapshot id"));
    }

    private static UpdateKind flag(FlatTable value) {
        return new UpdateKind.FeatureFlagChanged(
                value.u16(0), value.bool(2) ? Optional.of(value.bool(1)) : Optional.empty());
    }

    static RepositoryStatus readStatus(FlatTable table) {
        int availability = table.u8(AVAILABILITY, 0);
        if (availability >= AVAILABILITIES.size()) {
            throw new UnsupportedFormatException(table.reader().object(), "repository availability " + availability);
        }
        return new RepositoryStatus(
                AVAILABILITIES.get(availability), table.time(SET_AT), Optional.ofNullable(table.string(REASON)));
    }

    // Writing

    int write(Update update) {
        int backup = update.backupPath().map(writer::string).orElse(0);
        int type = type(update.kind());
        int value = value(update.kind());
        writer.startTable();
        writer.time(UPDATED_AT, update.updatedAt());
        writer.offset(VALUE, value);
        writer.offset(BACKUP_PATH, backup);
        writer.u8(TYPE, type, 0);
        return writer.endTable();
    }

    private static int type(UpdateKind kind) {
        Integer type = TYPES.get(kind.getClass());
        if (type == null) {
            throw new UnsupportedFormatException("repo", "writing " + kind);
        }
        return type;
    }

    private int value(UpdateKind kind) {
        if (kind instanceof UpdateKind.NewCommit commit) {
            return table(name(commit.branch()), commit.snapshot());
        } else if (kind instanceof UpdateKind.TagCreated created) {
            return table(name(created.name()));
        } else if (kind instanceof UpdateKind.TagDeleted deleted) {
            return table(name(deleted.name()), deleted.previous());
        } else if (kind instanceof UpdateKind.BranchCreated created) {
            return table(name(created.name()));
        } else if (kind instanceof UpdateKind.BranchDeleted deleted) {
            return table(name(deleted.name()), deleted.previous());
        } else if (kind instanceof UpdateKind.BranchReset reset) {
            return table(name(reset.name()), reset.previous());
        } else if (kind instanceof UpdateKind.CommitAmended amended) {
            return table(name(amended.branch()), amended.previous(), amended.snapshot());
        }
        return valueWithoutNames(kind);
    }

    private int valueWithoutNames(UpdateKind kind) {
        int status = kind instanceof UpdateKind.StatusChanged changed ? write(changed.status()) : 0;
        writer.startTable();
        writer.offset(0, status);
        if (kind instanceof UpdateKind.RepositoryMigrated migrated) {
            writer.u8(0, migrated.fromVersion(), 0);
            writer.u8(1, migrated.toVersion(), 0);
        } else if (kind instanceof UpdateKind.NewDetachedSnapshot detached) {
            writer.id(0, detached.snapshot());
        } else if (kind instanceof UpdateKind.FeatureFlagChanged flag) {
            writer.u16(0, flag.id());
            writer.u8(1, flag.value().orElse(false) ? 1 : 0, 0);
            writer.u8(2, flag.value().isPresent() ? 1 : 0, 0);
        }
        return writer.endTable();
    }

    /** A table of a name and ids, in the order of the fields. */
    private int table(int name, SnapshotId... ids) {
        writer.startTable();
        writer.offset(0, name);
        for (int i = 0; i < ids.length; i++) {
            writer.id(i + 1, ids[i]);
        }
        return writer.endTable();
    }

    /** Most updates are of one branch: its name is written once. */
    private int name(String name) {
        if (!name.equals(lastName)) {
            lastNamePlace = writer.string(name);
            lastName = name;
        }
        return lastNamePlace;
    }

    /** Lets updates use the vtable and the name of one that lies in the same buffer, whose end is at {@code end}. */
    void share(Update update, FlatTable table, int end) {
        FlatTable value = table.table(VALUE, "update_type");
        writer.shareVtable(end - value.vtable());
        if (update.kind() instanceof UpdateKind.NewCommit commit) {
            int name = value.field(0, 4);
            lastName = commit.branch();
            lastNamePlace = end - value.reader().follow(name);
        }
    }

    int write(RepositoryStatus status) {
        int reason = status.reason().map(writer::string).orElse(0);
        writer.startTable();
        writer.time(SET_AT, status.setAt());
        writer.offset(REASON, reason);
        writer.u8(AVAILABILITY, AVAILABILITIES.indexOf(status.availability()), 0);
        return writer.endTable();
    }
}
