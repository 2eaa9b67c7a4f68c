package io.icestream.ingest.lifecycle;

import io.icestream.ingest.protocol.Ledger;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param ledger the ledger at the tip of the branch when the run ended
 * @param halted why the ingest stopped by itself and needs an operator; empty if it reached its end or was closed
 */
public record RunSummary(Optional<Ledger> ledger, Optional<String> halted) {}
