package io.icestream.engine.ref;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.StorageException;
import java.time.Duration;
import java.time.Instant;

/** What became of the attempt to make a flushed snapshot the tip of a branch. */
public sealed interface PublishOutcome {
    /**
     * The snapshot is in the history of the branch. Found out after an unknown outcome, it may have been taken out again by a
     * reset, or the branch may have been deleted since.
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
     * There is no such branch; nothing was changed and never will be by this attempt. In version 2 the snapshot never was in the
     * history of a branch of this name, either.
     *
     * @param branch its name
     */
    record BranchMissing(String branch) implements PublishOutcome {}

    /**
     * The snapshot that a detached one builds on is no longer in the repository; nothing was changed and never will be by this
     * attempt.
     *
     * @param base the snapshot that is gone
     */
    record BaseMissing(SnapshotId base) implements PublishOutcome {}

    /**
     * There was no answer, and reading back did not settle it. Publishing the same snapshot again finds out.
     *
     * @param id the snapshot to look for in the history of the branch
     * @param cause why there is no certain answer
     */
    record Unknown(SnapshotId id, StorageException cause) implements PublishOutcome {}

    /**
     * Something that the snapshot refers to, and that nothing published does, was stored so long ago that the collector may
     * have deleted it. Nothing was changed, and this snapshot is never to be published.
     *
     * @param oldest when it was stored, or earlier
     * @param limit how old it may be
     */
    record TooOld(Instant oldest, Duration limit) implements PublishOutcome {}
}
