package io.icestream.engine.ref;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Branches, tags and history of a repository, for reading. In version 2 of the format all answers are of one moment and cost no
 * request, because the repository object that was read has them all. In version 1 each answer is read when it is asked for.
 */
public interface ReferenceView {
    /**
     * @return all branches and what they point to; in version 1 one listing and one request per branch
     */
    SortedMap<String, SnapshotId> branches();

    /**
     * @return all tags and what they point to; in version 1 one listing and one request per tag
     */
    SortedMap<String, SnapshotId> tags();

    /**
     * Looks a branch up. Cost: one request in version 1.
     *
     * @param name its name
     * @return its tip, or empty if there is no such branch
     */
    Optional<SnapshotId> findBranch(String name);

    /**
     * Looks a tag up. Cost: two requests in version 1.
     *
     * @param name its name
     * @return what it points to, or empty if there is no such tag
     */
    Optional<SnapshotId> findTag(String name);

    /**
     * Tells whether there once was a tag of a name, which cannot be used again. Cost: one request in version 1.
     *
     * @param name a name
     * @return true if a tag of this name was deleted
     */
    boolean isDeletedTag(String name);

    /**
     * Looks a snapshot up. Cost: one request in version 1, unless it is cached.
     *
     * @param id the snapshot
     * @return parent, time, message and metadata, or empty if the repository has no such snapshot
     */
    Optional<SnapshotEntry> findSnapshot(SnapshotId id);

    /**
     * Walks from a snapshot to the first one. Cost: one request per snapshot that is not cached in version 1, as the stream is
     * read.
     *
     * @param newest the snapshot to begin with
     * @return the snapshot, its parent, and so on, newest first
     * @throws NotFoundException if there is no such snapshot
     */
    Stream<SnapshotEntry> history(SnapshotId newest);

    /**
     * Makes sure that the repository accepts changes; one of version 1 always does. Cost: none.
     *
     * @throws ReadOnlyException if it does not
     */
    void requireOnline();
}
