package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A repository object in transition. Starts as a copy, is changed by one transition, and is built with one more update on
 * top of the ops log.
 *
 * <p>Rules of the ops log: the newest update has no backup path, because it is in the object itself; when another comes on
 * top, the one that was newest gets the path of the backup just made. Once the log has its full number and the next entry
 * has a backup path, it ends there and {@code repoBeforeUpdates} names that backup. Entries without a backup path are never
 * cut off. Times strictly increase.
 */
final class RepositoryDraft {
    private final RepositoryInfo base;
    final SortedMap<String, SnapshotId> tags;
    final SortedMap<String, SnapshotId> branches;
    final SortedSet<String> deletedTags;
    SnapshotEntries snapshots;
    RepositoryStatus status;
    SortedMap<String, JsonNode> metadata;
    Optional<Bytes> config;
    FeatureFlags flags;

    RepositoryDraft(RepositoryInfo base) {
        this.base = base;
        tags = new TreeMap<>(base.tags());
        branches = new TreeMap<>(base.branches());
        deletedTags = new TreeSet<>(base.deletedTags());
        snapshots = base.snapshots();
        status = base.status();
        metadata = base.metadata();
        config = base.config();
        flags = base.flags();
    }

    RepositoryInfo build(UpdateKind kind, UpdateStamp stamp) {
        List<Update> updates = new ArrayList<>(base.latestUpdates().size() + 1);
        updates.add(new Update(kind, time(stamp.at()), Optional.empty()));
        Optional<String> before = append(updates, stamp);
        return new RepositoryInfo(
                base.specVersion(),
                tags,
                branches,
                deletedTags,
                snapshots,
                status,
                metadata,
                updates,
                before,
                config,
                flags,
                base.extra());
    }

    private Instant time(Instant wanted) {
        if (base.latestUpdates().isEmpty()) {
            return wanted;
        }
        Instant least = base.latestUpdates().get(0).updatedAt().plus(1, ChronoUnit.MICROS);
        return wanted.isBefore(least) ? least : wanted;
    }

    /** Puts the former updates behind the new one; gives the backup where the log goes on. */
    private Optional<String> append(List<Update> updates, UpdateStamp stamp) {
        boolean newest = true;
        for (Update update : base.latestUpdates()) {
            Optional<String> backup = newest ? Optional.of(stamp.backupPath()) : update.backupPath();
            if (updates.size() >= stamp.updatesPerObject() && backup.isPresent()) {
                return backup;
            }
            updates.add(newest ? new Update(update.kind(), update.updatedAt(), backup) : update);
            newest = false;
        }
        return base.repoBeforeUpdates();
    }
}
