package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the repository object says of a snapshot.
 *
 * @param id the snapshot
 * @param parent the one before it, or empty for the first one
 * @param flushedAt when it was written, by the clock of its writer, in whole microseconds
 * @param message what the author said
 * @param metadata what the author attached; the values are not to be changed
 * @param prunedAncestorLogs snapshots that expiration took out between the parent and this one and whose transaction
 *     logs are kept, oldest first
 */
public record SnapshotEntry(
        SnapshotId id,
        Optional<SnapshotId> parent,
        Instant flushedAt,
        String message,
        SortedMap<String, JsonNode> metadata,
        List<SnapshotId> prunedAncestorLogs) {
    /** Copies the collections and cuts the time to microseconds. */
    public SnapshotEntry {
        flushedAt = Ranges.storedTime(flushedAt);
        metadata = Metadata.copyOf(metadata);
        prunedAncestorLogs = List.copyOf(prunedAncestorLogs);
    }

    /** The entry of a snapshot just written. */
    public static SnapshotEntry of(Snapshot snapshot, Optional<SnapshotId> parent) {
        return new SnapshotEntry(
                snapshot.id(), parent, snapshot.flushedAt(), snapshot.message(), snapshot.metadata(), List.of());
    }
}
