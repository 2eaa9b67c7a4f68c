package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** What the objects of version 1 say, each read when it is asked for. */
record FilesView(ReferenceFiles files) implements ReferenceView {
    static final BiConsumer<String, IcestreamException> FAIL = (key, failure) -> {
        throw failure;
    };

    @Override
    public SortedMap<String, SnapshotId> branches() {
        return files.list().readBranches(FAIL);
    }

    @Override
    public SortedMap<String, SnapshotId> tags() {
        return files.list().readTags(FAIL);
    }

    @Override
    public Optional<SnapshotId> findBranch(String name) {
        return files.findBranch(name).map(ReferenceObjects.Content::snapshot);
    }

    @Override
    public Optional<SnapshotId> findTag(String name) {
        return isDeletedTag(name) ? Optional.empty() : files.findTag(name).map(ReferenceObjects.Content::snapshot);
    }

    @Override
    public boolean isDeletedTag(String name) {
        return files.isPossible(name)
                && files.storage().stat(AssetKeys.tagDeletion(name)).isPresent();
    }

    @Override
    public Optional<SnapshotEntry> findSnapshot(SnapshotId id) {
        return files.history().find(id);
    }

    @Override
    public Stream<SnapshotEntry> history(SnapshotId newest) {
        return files.history().of(newest);
    }

    @Override
    public void requireOnline() {
        // Version 1 has no status.
    }
}
