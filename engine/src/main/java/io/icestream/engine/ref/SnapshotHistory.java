package io.icestream.engine.ref;

import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.ObjectNotFoundException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ancestry of snapshots in a repository of version 1, where each names its parent. Thread-safe.
 *
 * <p>Expiration replaces a snapshot by one with another parent, and collection deletes the former one. So when a parent is missing,
 * the snapshot that named it, which may have come from the cache, is read again.
 */
final class SnapshotHistory {
    private final AssetStore assets;

    SnapshotHistory(AssetStore assets) {
        this.assets = assets;
    }

    Optional<SnapshotEntry> find(SnapshotId id) {
        try {
            return Optional.of(entry(assets.fetchSnapshot(id)));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private static SnapshotEntry entry(Snapshot snapshot) {
        return SnapshotEntry.of(snapshot, snapshot.parent());
    }

    Stream<SnapshotEntry> of(SnapshotId newest) {
        SnapshotEntry first = find(newest).orElseThrow(() -> noSnapshot(newest));
        return Stream.iterate(Optional.of(first), Optional::isPresent, at -> at.flatMap(this::before))
                .map(Optional::orElseThrow);
    }

    static NotFoundException noSnapshot(SnapshotId id) {
        return new NotFoundException("No snapshot " + id + " in the repository");
    }

    /** The entry of the parent. */
    Optional<SnapshotEntry> before(SnapshotEntry entry) {
        if (entry.parent().isEmpty()) {
            return Optional.empty();
        }
        Optional<SnapshotEntry> parent = find(entry.parent().get());
        return parent.isPresent() ? parent : beforeAsItIsNow(entry);
    }

    private Optional<SnapshotEntry> beforeAsItIsNow(SnapshotEntry entry) {
        return assets.refetchSnapshot(entry.id()).parent().map(id -> entry(assets.fetchSnapshot(id)));
    }
}
