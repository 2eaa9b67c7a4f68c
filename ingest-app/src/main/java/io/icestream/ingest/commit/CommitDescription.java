package io.icestream.ingest.commit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.session.CommitRequest;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.slice.DatasetGrid;
import java.util.Map;

/**
 * What a snapshot says about itself in the history: a message, and under the one metadata key {@value #KEY} an object with {@code id} (of the ingest), {@code seq},
 * {@code windows} (first and one past the last that were published, equal for a revision) and {@code valid-through} (end of the last published window).
 *
 * <p>Kept below 512 bytes: the repository object carries it for every live snapshot and is rewritten by each commit. The ledger has the details.
 */
public final class CommitDescription {

    /** Key of the snapshot metadata. */
    public static final String KEY = "icestream";

    private final String ingest;
    private final DatasetGrid grid;

    CommitDescription(String ingest, DatasetGrid grid) {
        this.ingest = ingest;
        this.grid = grid;
    }

    CommitRequest ofCreation(Ledger seed) {
        return CommitRequest.of("Create data set of ingest " + ingest).metadata(metadata(seed, seed.closed()));
    }

    CommitRequest ofRound(RoundPlan plan) {
        long from = plan.round().base().closed();
        long to = plan.next().closed();
        return CommitRequest.of(message(from, to, plan.chunks().size())).metadata(metadata(plan.next(), from));
    }

    private String message(long from, long to, int chunks) {
        if (to == from) {
            return chunks == 0
                    ? "Counts of ingest " + ingest
                    : "Revise " + count(chunks, "chunk") + " up to " + grid.startOf(to);
        }
        if (from == 0) {
            return "Publish first windows, to " + grid.startOf(to);
        }
        return "Publish " + count(to - from, "window") + " from " + grid.startOf(from) + " to " + grid.startOf(to);
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private Map<String, JsonNode> metadata(Ledger ledger, long from) {
        ObjectNode audit =
                JsonNodeFactory.instance.objectNode().put("id", ingest).put("seq", ledger.sequence());
        audit.putArray("windows").add(from).add(ledger.closed());
        if (ledger.closed() > 0) {
            audit.put("valid-through", grid.startOf(ledger.closed()).toString());
        }
        return Map.of(KEY, audit);
    }
}
