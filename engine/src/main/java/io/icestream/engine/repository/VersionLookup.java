package io.icestream.engine.repository;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.ReferenceView;

/** Finds the snapshot that a {@link Version} means. */
final class VersionLookup {
    private final String location;

    /**
     * @param location where the repository is, for messages
     */
    VersionLookup(String location) {
        this.location = location;
    }

    /**
     * @throws NotFoundException if there is no such branch, tag or snapshot
     */
    SnapshotId resolve(ReferenceView view, Version version) {
        if (version instanceof Version.Branch branch) {
            return tip(view, branch.name());
        }
        if (version instanceof Version.Tag tag) {
            return tagged(view, tag.name());
        }
        return version instanceof Version.AsOf asOf ? asOf(view, asOf) : listed(view, ((Version.ById) version).id());
    }

    /**
     * @throws NotFoundException if there is no such branch
     */
    SnapshotId tip(ReferenceView view, String branch) {
        return view.findBranch(branch)
                .orElseThrow(() -> new NotFoundException("No branch '" + branch + "' in the repository at " + location
                        + ", only " + view.branches().keySet()));
    }

    private SnapshotId tagged(ReferenceView view, String tag) {
        return view.findTag(tag)
                .orElseThrow(() -> new NotFoundException("No tag '" + tag + "' in the repository at " + location
                        + (view.isDeletedTag(tag) ? "; it was deleted" : "")));
    }

    private SnapshotId asOf(ReferenceView view, Version.AsOf asOf) {
        return view.history(tip(view, asOf.branch()))
                .filter(entry -> !entry.flushedAt().isAfter(asOf.time()))
                .findFirst()
                .map(SnapshotEntry::id)
                .orElseThrow(() -> new NotFoundException(
                        "No snapshot on branch '" + asOf.branch() + "' was written at " + asOf.time() + " or before"));
    }

    private SnapshotId listed(ReferenceView view, SnapshotId id) {
        return view.findSnapshot(id)
                .map(SnapshotEntry::id)
                .orElseThrow(() -> new NotFoundException("No snapshot " + id + " in the repository at " + location));
    }
}
