package io.icestream.engine.session;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.Publication;

/**
 * A snapshot whose objects are all written and that nothing points to yet. It can be published, also again after an
 * outcome that is not known. Unpublished, it is garbage that age will make collectable.
 *
 * @param publication what the repository object is to be told
 */
public record FlushedSnapshot(Publication publication) {
    /** Stores what is not stored yet of a snapshot. */
    static FlushedSnapshot stored(Publication publication) {
        publication.objects().store();
        return new FlushedSnapshot(publication);
    }

    /**
     * @return what the repository object will say about the snapshot; its parent is the snapshot that the session was
     *     based on
     */
    public SnapshotEntry entry() {
        return publication.entry();
    }

    /**
     * @return the snapshot
     */
    public SnapshotId id() {
        return entry().id();
    }

    /**
     * @return the snapshot that it builds on, and that the branch must point to for publishing
     */
    public SnapshotId base() {
        return publication.expectedTip();
    }
}
