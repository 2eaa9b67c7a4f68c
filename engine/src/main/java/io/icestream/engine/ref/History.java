package io.icestream.engine.ref;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.stream.Stream;

/** The ancestry of a snapshot, as the repository object has it. */
public final class History {
    private History() {}

    /**
     * Walks from a snapshot to the first one. Cost: memory only, done as the stream is read.
     *
     * @param info the repository
     * @param newest the snapshot to begin with
     * @return the snapshot, its parent, and so on, newest first
     * @throws NotFoundException if there is no such snapshot
     */
    public static Stream<SnapshotEntry> of(RepositoryInfo info, SnapshotId newest) {
        if (!info.snapshots().contains(newest)) {
            throw new NotFoundException("No snapshot " + newest + " in the repository");
        }
        return info.snapshots().ancestry(newest);
    }
}
