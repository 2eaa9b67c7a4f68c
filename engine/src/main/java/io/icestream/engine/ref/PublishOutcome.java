package io.icestream.engine.ref;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.StorageException;

/** What became of the attempt to make a flushed snapshot the tip of a branch. */
public sealed interface PublishOutcome {
    /**
     * The snapshot is in the history of the branch.
     *
     * @param id the snapshot
     */
    record Published(SnapshotId id) implements PublishOutcome {}

    /**
     * The branch points elsewhere than the snapshot was made for; nothing was changed and never will be by this
     * attempt.
     *
     * @param expected the snapshot that the flushed one builds on
     * @param actual the tip of the branch
     */
    record BranchMoved(SnapshotId expected, SnapshotId actual) implements PublishOutcome {}

    /**
     * There was no answer, and reading back did not settle it. Publishing the same snapshot again finds out.
     *
     * @param id the snapshot to look for in the history of the branch
     * @param cause why there is no certain answer
     */
    record Unknown(SnapshotId id, StorageException cause) implements PublishOutcome {}
}
