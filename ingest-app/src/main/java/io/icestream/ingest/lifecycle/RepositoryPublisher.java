package io.icestream.ingest.lifecycle;

import io.icestream.ingest.commit.LedgerFormatException;
import io.icestream.ingest.commit.PublishResult;
import io.icestream.ingest.commit.SliceCommitter;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.tagging.DayTagger;
import io.icestream.ingest.tagging.TagResult;
import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.RoundPublisher;
import java.util.Optional;

/** Publishes into the repository and remembers the last day that was settled here. */
final class RepositoryPublisher implements RoundPublisher {

    private final SliceCommitter slices;
    private final DayTagger tagger;
    private volatile Optional<Ledger.EndedDay> settled = Optional.empty();

    RepositoryPublisher(SliceCommitter slices, DayTagger tagger) {
        this.slices = slices;
        this.tagger = tagger;
    }

    @Override
    public Ledger fetchLedger() {
        try {
            return slices.findLedger()
                    .orElseThrow(
                            () -> new HaltException(
                                    "The branch has no ledger any more: it was reset to before the ingest, or deleted; restore it or start a new ingest"));
        } catch (LedgerFormatException e) {
            throw new HaltException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public PublishResult publish(RoundPlan plan) {
        return slices.publish(plan);
    }

    @Override
    public TagResult tag(Ledger.EndedDay day) {
        TagResult result = tagger.tag(day);
        if (!(result instanceof TagResult.Unavailable)) {
            settled = Optional.of(day);
        }
        return result;
    }

    /** The last day whose tag was made, found, or found to be impossible by this process. */
    Optional<Ledger.EndedDay> settled() {
        return settled;
    }
}
