package io.icestream.ingest.topology;

import io.icestream.ingest.commit.PublishResult;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.tagging.TagResult;

/** What the committer asks of the repository. Calls block; one at a time. */
public interface RoundPublisher {

    /**
     * Reads the ledger at the tip of the branch, past all caches.
     *
     * @return the ledger
     * @throws HaltException if there is none, or it cannot be read as one
     */
    Ledger fetchLedger();

    /**
     * Publishes a round (rule P9).
     *
     * @param plan the round, its answers and its ledger
     * @return what became of it
     */
    PublishResult publish(RoundPlan plan);

    /**
     * Tags a day (rule P15).
     *
     * @param day the day and the snapshot that completed it
     * @return what became of it
     */
    TagResult tag(Ledger.EndedDay day);
}
