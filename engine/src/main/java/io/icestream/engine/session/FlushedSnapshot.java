package io.icestream.engine.session;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;

/**
 * A snapshot whose objects are all written and that nothing points to yet. It can be published, also again after an
 * outcome that is not known. Unpublished, it is garbage that age will make collectable.
 *
 * @param entry what the repository object will say about the snapshot; its parent is the snapshot that the session was
 *     based on
 */
public record FlushedSnapshot(SnapshotEntry entry) {
    /**
     * @return the snapshot
     */
    public SnapshotId id() {
        return entry.id();
    }

    /**
     * @return the snapshot that it builds on, and that the branch must point to for publishing
     */
    public SnapshotId base() {
        return entry.parent().orElseThrow();
    }
}
