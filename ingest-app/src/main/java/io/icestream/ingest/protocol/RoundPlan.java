package io.icestream.ingest.protocol;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * A round whose answers are complete: what one commit has to publish.
 *
 * @param round the round
 * @param next the ledger to publish, but for its id and the day it ends, which the publisher sets with {@link Ledger#in}
 * @param endsDay the day that the commit completes, if any
 * @param chunks the chunks to attach; each array and chunk index at most once
 */
public record RoundPlan(Round round, Ledger next, Optional<LocalDate> endsDay, List<CommitMessage.ChunkReady> chunks) {

    public RoundPlan {
        chunks = List.copyOf(chunks);
    }
}
