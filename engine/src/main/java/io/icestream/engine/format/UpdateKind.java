package io.icestream.engine.format;

import java.util.Optional;

/** What an update of the repository object was for. */
public sealed interface UpdateKind {
    /** The repository was created. */
    record RepositoryInitialized() implements UpdateKind {}

    /**
     * The repository was brought to another format version.
     *
     * @param fromVersion the former version
     * @param toVersion the version since
     */
    record RepositoryMigrated(int fromVersion, int toVersion) implements UpdateKind {}

    /** The persistent configuration was replaced. */
    record ConfigChanged() implements UpdateKind {}

    /** The metadata of the repository was changed. */
    record MetadataChanged() implements UpdateKind {}

    /**
     * A tag was created.
     *
     * @param name the tag
     */
    record TagCreated(String name) implements UpdateKind {}

    /**
     * A tag was deleted; its name can never be used again.
     *
     * @param name the tag
     * @param previous where it was
     */
    record TagDeleted(String name, SnapshotId previous) implements UpdateKind {}

    /**
     * A branch was created.
     *
     * @param name the branch
     */
    record BranchCreated(String name) implements UpdateKind {}

    /**
     * A branch was deleted.
     *
     * @param name the branch
     * @param previous its tip then
     */
    record BranchDeleted(String name, SnapshotId previous) implements UpdateKind {}

    /**
     * A branch was moved without a commit.
     *
     * @param name the branch
     * @param previous its tip before
     */
    record BranchReset(String name, SnapshotId previous) implements UpdateKind {}

    /**
     * A commit.
     *
     * @param branch the branch whose tip it became
     * @param snapshot the snapshot it made
     */
    record NewCommit(String branch, SnapshotId snapshot) implements UpdateKind {}

    /**
     * A commit that took the place of another one.
     *
     * @param branch the branch whose tip it became
     * @param previous the snapshot that it replaces
     * @param snapshot the snapshot it made
     */
    record CommitAmended(String branch, SnapshotId previous, SnapshotId snapshot) implements UpdateKind {}

    /**
     * A snapshot that no branch leads to.
     *
     * @param snapshot that snapshot
     */
    record NewDetachedSnapshot(SnapshotId snapshot) implements UpdateKind {}

    /** Unreachable objects were deleted. */
    record GarbageCollected() implements UpdateKind {}

    /** Old snapshots were taken out of the histories. */
    record ExpirationRan() implements UpdateKind {}

    /**
     * A feature flag was set, or returned to its default.
     *
     * @param id number of the flag
     * @param value what it was set to, or empty if it was returned to its default
     */
    record FeatureFlagChanged(int id, Optional<Boolean> value) implements UpdateKind {
        /** Checks the range. */
        public FeatureFlagChanged {
            if (id < 0 || id > 0xFFFF) {
                throw new IllegalArgumentException("Invalid feature flag " + id + ": it must be from 0 to 65535");
            }
        }
    }

    /**
     * The status was set.
     *
     * @param status what it was set to
     */
    record StatusChanged(RepositoryStatus status) implements UpdateKind {}

    /**
     * A kind that this release does not know. A repository with such an update can be read; it cannot be written,
     * because what the update holds would be lost.
     *
     * @param tag number of the kind
     */
    record Unknown(int tag) implements UpdateKind {}
}
