package io.icestream.ingest.tagging;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.repository.Repository;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Ledger;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Tags the snapshot that completed a day: rule P15.
 *
 * <p>The ledger names day and snapshot, so that any later owner of the branch makes the same tag, and never on the tip. Safe for use by several threads and processes.
 */
public final class DayTagger {
    private final Repository repository;
    private final IngestConfig config;

    /**
     * @param repository where to; not closed by this
     * @param config which branch, and how tags are named
     */
    public DayTagger(Repository repository, IngestConfig config) {
        this.repository = repository;
        this.config = config;
    }

    /**
     * Names the tag of a day.
     *
     * @param day the day
     * @return name of its tag
     */
    public String tagOf(LocalDate day) {
        return config.tags().pattern().replace("{date}", day.toString()).replace("{ingest}", config.id());
    }

    /**
     * Makes the tag of a day, if it is absent and its snapshot is in the history of the branch. To be called before anything else is opened or published.
     *
     * @param ended day and snapshot, as the ledger says
     * @return what became of it
     */
    public TagResult tag(Ledger.EndedDay ended) {
        String tag = tagOf(ended.day());
        if (!config.tags().enabled()) {
            return new TagResult.Disabled(tag);
        }
        try {
            return existing(tag, ended.snapshot()).orElseGet(() -> create(tag, ended.snapshot()));
        } catch (IcestreamException e) {
            return new TagResult.Unavailable(tag, String.valueOf(e.getMessage()));
        }
    }

    private Optional<TagResult> existing(String tag, SnapshotId snapshot) {
        return Optional.ofNullable(repository.tags().get(tag)).map(at -> result(tag, snapshot, at));
    }

    private static TagResult result(String tag, SnapshotId snapshot, SnapshotId at) {
        return at.equals(snapshot) ? new TagResult.AlreadyThere(tag) : new TagResult.Elsewhere(tag, at);
    }

    private TagResult create(String tag, SnapshotId snapshot) {
        if (!isInHistory(snapshot)) {
            return new TagResult.NotInHistory(tag);
        }
        TagOutcome outcome = repository.createTag(tag, snapshot);
        if (outcome instanceof TagOutcome.Created) {
            return new TagResult.Created(tag);
        }
        return outcome instanceof TagOutcome.Exists exists
                ? result(tag, snapshot, exists.at())
                : new TagResult.Deleted(tag);
    }

    private boolean isInHistory(SnapshotId snapshot) {
        Optional<SnapshotId> tip = repository.findBranch(config.repository().branch());
        if (tip.isEmpty()) {
            return false;
        }
        try (var history = repository.history(tip.get())) {
            return history.anyMatch(entry -> entry.id().equals(snapshot));
        }
    }
}
