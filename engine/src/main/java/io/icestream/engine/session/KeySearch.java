package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.ReferenceView;
import java.util.Optional;

/** Finds an earlier commit with the same idempotency key among the newest ones of a branch. */
final class KeySearch {
    private KeySearch() {}

    static Optional<SnapshotId> find(ReferenceView view, SnapshotId tip, String key) {
        return view.history(tip)
                .limit(CommitRounds.KEY_SEARCH_DEPTH)
                .filter(entry -> carries(entry, key))
                .map(SnapshotEntry::id)
                .findFirst();
    }

    private static boolean carries(SnapshotEntry entry, String key) {
        JsonNode value = entry.metadata().get(CommitRequest.IDEMPOTENCY_KEY_METADATA);
        return value != null && value.isTextual() && value.textValue().equals(key);
    }
}
