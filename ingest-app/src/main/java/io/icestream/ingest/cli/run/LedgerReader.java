package io.icestream.ingest.cli.run;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.cli.RepositorySummary;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.commit.SliceCommitter;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What the repository says of an ingest.
 *
 * @param ledger the ledger at the tip of the branch; empty before the first run
 * @param tip when the tip of the branch was committed, whoever did it
 * @param summary how the repository stands; empty if there is none yet
 */
public record LedgerReader(Optional<Ledger> ledger, Optional<Instant> tip, Optional<RepositorySummary> summary) {

    /**
     * Reads it. Costs a few requests.
     *
     * @param config the ingest
     * @return what there is
     */
    public static LedgerReader read(IngestConfig config) {
        try (Storage storage = Stores.open(config.repository())) {
            if (!Repository.exists(storage)) {
                return new LedgerReader(Optional.empty(), Optional.empty(), Optional.empty());
            }
            try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
                return read(config, repository);
            }
        }
    }

    private static LedgerReader read(IngestConfig config, Repository repository) {
        String branch = config.repository().branch();
        Optional<RepositorySummary> summary = Optional.of(RepositorySummary.of(repository));
        if (repository.findBranch(branch).isEmpty()) {
            return new LedgerReader(Optional.empty(), Optional.empty(), summary);
        }
        Optional<Ledger> ledger =
                new SliceCommitter(repository, config, ProtocolObserver.NONE, InstantSource.system()).findLedger();
        Optional<Instant> tip = repository
                .findBranch(branch)
                .flatMap(id -> repository.info().snapshots().find(id))
                .map(entry -> entry.flushedAt());
        return new LedgerReader(ledger, tip, summary);
    }
}
