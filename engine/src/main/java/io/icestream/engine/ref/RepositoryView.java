package io.icestream.engine.ref;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** What one version of the repository object says. */
record RepositoryView(RepositoryInfo info, RepositoryUpdater updater) implements ReferenceView {
    @Override
    public SortedMap<String, SnapshotId> branches() {
        return info.branches();
    }

    @Override
    public SortedMap<String, SnapshotId> tags() {
        return info.tags();
    }

    @Override
    public Optional<SnapshotId> findBranch(String name) {
        return Optional.ofNullable(info.branches().get(name));
    }

    @Override
    public Optional<SnapshotId> findTag(String name) {
        return Optional.ofNullable(info.tags().get(name));
    }

    @Override
    public boolean isDeletedTag(String name) {
        return info.deletedTags().contains(name);
    }

    @Override
    public Optional<SnapshotEntry> findSnapshot(SnapshotId id) {
        return info.snapshots().find(id);
    }

    @Override
    public Stream<SnapshotEntry> history(SnapshotId newest) {
        return History.of(info, newest);
    }

    @Override
    public void requireOnline() {
        updater.requireOnline(info);
    }
}
