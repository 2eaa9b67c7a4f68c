package io.icestream.ingest.commit;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.tagging.DayTagger;
import java.nio.file.Path;

/**
 * Writes the small data set to a folder, for {@code interop/xarray_dataset.py}: a whole day with its tag, then six windows of which the last station has no cell. After the
 * script has committed on top, the rest of the second day follows.
 */
public final class DatasetSample {
    private final CommitFixture fixture = CommitFixture.small();
    private final Repository repository;
    private final SliceCommitter committer;
    private final DayTagger tagger;

    private DatasetSample(Storage storage) {
        this.repository = DatasetRepository.openOrCreate(storage, fixture.config());
        this.committer = fixture.committer(repository, ProtocolObserver.NONE);
        this.tagger = new DayTagger(repository, fixture.config());
    }

    /**
     * @param arguments {@code write} or {@code continue}, and the folder
     */
    public static void main(String[] arguments) {
        try (Storage storage = LocalStorage.open(Path.of(arguments[1]), Durability.PROCESS)) {
            DatasetSample sample = new DatasetSample(storage);
            if (arguments[0].equals("write")) {
                sample.write();
            } else {
                sample.goOn();
            }
            sample.repository.close();
        }
    }

    /**
     * {@return a repository with the sample in it}
     *
     * @param folder where to
     */
    public static Storage write(Path folder) {
        Storage storage = LocalStorage.open(folder, Durability.PROCESS);
        DatasetSample sample = new DatasetSample(storage);
        sample.write();
        sample.repository.close();
        return storage;
    }

    private void write() {
        Ledger seed = committer.initialise(fixture.seed());
        Ledger day = publish(fixture.plan(repository, seed, 24));
        publish(withoutLastStation(fixture.plan(repository, day, 30)));
    }

    private void goOn() {
        publish(fixture.plan(repository, committer.findLedger().orElseThrow(), 48));
    }

    private Ledger publish(RoundPlan plan) {
        if (committer.publish(plan) instanceof PublishResult.Published published) {
            plan.endsDay()
                    .ifPresent(day -> tagger.tag(published.ledger().lastDay().orElseThrow()));
            return published.ledger();
        }
        throw new IllegalStateException("Cannot publish " + plan.round());
    }

    private static RoundPlan withoutLastStation(RoundPlan plan) {
        return new RoundPlan(
                plan.round(),
                plan.next(),
                plan.endsDay(),
                plan.chunks().stream().filter(chunk -> chunk.chunk().at(1) == 0).toList());
    }
}
