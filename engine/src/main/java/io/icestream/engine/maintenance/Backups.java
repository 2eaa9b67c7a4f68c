package io.icestream.engine.maintenance;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Update;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Former versions of the repository object that nobody needs any more.
 *
 * <p>The ops log lies in pages: the newest in the repository object, and each names the copy that holds the next. Whose
 * page reaches back to the cutoff needs no further one. With every change of the repository the pages shift by one entry,
 * so a copy that is no page now becomes one later; hence copies younger than the cutoff stay, pages or not, and those that
 * an update since the cutoff names, in case the storage's clock is behind.
 */
final class Backups {
    private final Storage storage;
    private final Instant cutoff;

    Backups(Storage storage, Instant cutoff) {
        this.storage = storage;
        this.cutoff = cutoff;
    }

    /** Gives those that can go to a deletion. */
    void collect(RepositoryInfo newest, Deletion deletion) {
        if (!deletion.begin(ObjectKind.BACKUP)) {
            return;
        }
        Set<String> needed = needed(newest);
        try (Stream<ObjectSummary> backups = storage.list(ObjectKind.BACKUP.prefix())) {
            backups.filter(backup -> ObjectAge.isBefore(backup.lastModified(), cutoff))
                    .filter(backup -> !needed.contains(backup.key()))
                    .forEach(backup -> deletion.add(ObjectKind.BACKUP, backup.key(), backup.sizeBytes()));
        }
        deletion.end(ObjectKind.BACKUP);
    }

    private Set<String> needed(RepositoryInfo newest) {
        Set<String> needed = new HashSet<>();
        Optional<RepositoryInfo> page = Optional.of(newest);
        while (page.isPresent()) {
            List<Update> updates = page.get().latestUpdates();
            updates.stream()
                    .filter(update -> !update.updatedAt().isBefore(cutoff))
                    .flatMap(update -> update.backupPath().stream())
                    .forEach(name -> needed.add(AssetKeys.overwritten(name)));
            boolean reachesBack = !updates.isEmpty()
                    && updates.get(updates.size() - 1).updatedAt().isBefore(cutoff);
            page = reachesBack
                    ? Optional.empty()
                    : page.get()
                            .repoBeforeUpdates()
                            .map(AssetKeys::overwritten)
                            .filter(needed::add)
                            .flatMap(this::read);
        }
        return needed;
    }

    private Optional<RepositoryInfo> read(String key) {
        return storage.find(key).map(object -> IcechunkFile.decodeRepositoryInfo(object.bytes(), key));
    }
}
