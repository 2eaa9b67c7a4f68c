package io.icestream.ingest.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.commit.CommitDescription;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * One commit in the history, as verbs show it.
 *
 * @param snapshot the snapshot
 * @param parent the snapshot before it
 * @param time when it was written
 * @param message what it says
 * @param branches branches whose tip it is
 * @param tags tags that point to it
 * @param metadata its metadata
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record CommitSummary(
        SnapshotId snapshot,
        Optional<SnapshotId> parent,
        Instant time,
        String message,
        List<String> branches,
        List<String> tags,
        SortedMap<String, JsonNode> metadata) {

    static CommitSummary of(SnapshotEntry entry, ReferenceNames names) {
        return new CommitSummary(
                entry.id(),
                entry.parent(),
                entry.flushedAt(),
                entry.message(),
                names.branchesAt(entry.id()),
                names.tagsAt(entry.id()),
                entry.metadata());
    }

    /** {@return the time as people read it, to the second} */
    String timeText() {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@return the windows that an ingest published with it, such as {@code 24-48}; empty if there are none} */
    String windowsText() {
        JsonNode windows = metadata.containsKey(CommitDescription.KEY)
                ? metadata.get(CommitDescription.KEY).path("windows")
                : MissingNode.getInstance();
        if (windows.size() != 2 || windows.get(0).equals(windows.get(1))) {
            return "";
        }
        return windows.get(0).asText() + "-" + windows.get(1).asText();
    }

    /** {@return branches and tags, separated by commas} */
    String namesText() {
        return String.join(", ", Stream.concat(branches.stream(), tags.stream()).toList());
    }
}
