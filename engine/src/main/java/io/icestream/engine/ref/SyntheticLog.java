package io.icestream.engine.ref;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An ops log for a repository that was in version 1 and has none: what must have happened, at the times that the snapshots have.
 *
 * <p>The repository was initialised when its first snapshot was written; every snapshot was committed when it was written, to
 * {@code main} if it is in the history of that, else to the first branch by name; other branches and tags were created a
 * millisecond after the snapshot on which they are, and deleted tags deleted another millisecond later. Times are moved on by
 * microseconds until each is later than the one before. Last comes the migration itself. Source: the reference implementation.
 */
final class SyntheticLog {
    private static final Duration AFTERWARDS = Duration.ofMillis(1);

    private final RepositoryInfo info;
    private final List<Update> updates = new ArrayList<>();
    private final Set<SnapshotId> committed = new HashSet<>();

    private SyntheticLog(RepositoryInfo info) {
        this.info = info;
    }

    /**
     * Makes the log.
     *
     * @param info the repository as it is in version 1
     * @param deletedTags where deleted tags were, as far as that is known
     * @param now what this machine's clock says
     * @return the updates, newest first
     * @throws ClockSkewException if a snapshot is further in the future than skew explains
     */
    static List<Update> of(RepositoryInfo info, Map<String, SnapshotId> deletedTags, Instant now) {
        SyntheticLog log = new SyntheticLog(info);
        log.addBranch(
                RepositoryInfo.MAIN,
                Objects.requireNonNull(info.branches().get(RepositoryInfo.MAIN), RepositoryInfo.MAIN));
        info.branches().forEach((name, tip) -> {
            if (!name.equals(RepositoryInfo.MAIN)) {
                log.addBranch(name, tip);
            }
        });
        info.tags()
                .forEach((name, id) ->
                        log.add(new UpdateKind.TagCreated(name), log.time(id).plus(AFTERWARDS)));
        deletedTags.forEach(log::addDeletedTag);
        return log.ordered(now);
    }

    private void addBranch(String name, SnapshotId newest) {
        List<SnapshotEntry> history =
                new ArrayList<>(info.snapshots().ancestry(newest).toList());
        Collections.reverse(history);
        if (name.equals(RepositoryInfo.MAIN)) {
            add(new UpdateKind.RepositoryInitialized(), history.get(0).flushedAt());
            committed.add(history.get(0).id());
        } else {
            SnapshotEntry tip = history.get(history.size() - 1);
            add(new UpdateKind.BranchCreated(name), tip.flushedAt().plus(AFTERWARDS));
        }
        for (SnapshotEntry entry : history) {
            if (committed.add(entry.id())) {
                add(new UpdateKind.NewCommit(name, entry.id()), entry.flushedAt());
            }
        }
    }

    private void addDeletedTag(String name, SnapshotId id) {
        add(new UpdateKind.TagCreated(name), time(id).plus(AFTERWARDS));
        add(new UpdateKind.TagDeleted(name, id), time(id).plus(AFTERWARDS).plus(AFTERWARDS));
    }

    /** When a snapshot was written; of one that is gone, when the repository began. */
    private Instant time(SnapshotId id) {
        return info.snapshots()
                .find(id)
                .map(SnapshotEntry::flushedAt)
                .orElseGet(() -> updates.get(0).updatedAt());
    }

    private void add(UpdateKind kind, Instant at) {
        updates.add(new Update(kind, at, Optional.empty()));
    }

    private List<Update> ordered(Instant now) {
        updates.sort(Comparator.comparing(Update::updatedAt));
        List<Update> ordered = new ArrayList<>();
        Instant last = Instant.EPOCH;
        for (Update update : updates) {
            Instant least = last.plus(1, ChronoUnit.MICROS);
            last = update.updatedAt().isBefore(least) ? least : update.updatedAt();
            ordered.add(new Update(update.kind(), last, Optional.empty()));
        }
        UpdateKind migrated = new UpdateKind.RepositoryMigrated(SpecVersion.V1.number(), SpecVersion.V2.number());
        ordered.add(new Update(migrated, MonotonicTime.after(now, last, "a snapshot or ref"), Optional.empty()));
        Collections.reverse(ordered);
        return ordered;
    }
}
