package io.icestream.ingest.tagging;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall;
import io.icestream.ingest.commit.CommitFixture;
import io.icestream.ingest.commit.PublishResult;
import io.icestream.ingest.commit.SliceCommitter;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.config.TagSettings;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import java.time.InstantSource;
import java.time.LocalDate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** P15: a day's tag goes to the snapshot that the ledger names, once, and never elsewhere. */
@DisplayName("P15 tags")
class DayTaggerTest {
    private static final String TAG = "daily-2026-11-01";

    private final CommitFixture fixture = CommitFixture.small();
    private final FaultInjectingStorage storage =
            new FaultInjectingStorage(new InMemoryStorage("test", InstantSource.system()));
    private final Repository repository = CommitFixture.open(storage);
    private final SliceCommitter committer = fixture.committer(repository, ProtocolObserver.NONE);
    private final DayTagger tagger = new DayTagger(repository, fixture.config());
    private final Ledger seed = committer.initialise(fixture.seed());
    private final Ledger dayEnd = publish(seed, 24);
    private final Ledger.EndedDay ended = dayEnd.lastDay().orElseThrow();

    private Ledger publish(Ledger base, long close) {
        return ((PublishResult.Published) committer.publish(fixture.plan(repository, base, close))).ledger();
    }

    @Test
    void ledgerNamesTheDayAndTheSnapshotThatCompletedIt() {
        assertThat(ended).isEqualTo(new Ledger.EndedDay(LocalDate.of(2026, 11, 1), dayEnd.id()));
        assertThat(publish(dayEnd, 30).lastDay()).contains(ended);
    }

    @Test
    void tagsTheSnapshotThatCompletedTheDay() {
        assertThat(tagger.tag(ended)).isEqualTo(new TagResult.Created(TAG));
        assertThat(repository.tags()).containsEntry(TAG, dayEnd.id());
    }

    @Test
    void tagsTheSnapshotOfTheLedgerAndNotTheTipWhenALaterOwnerCatchesUp() {
        SnapshotId foreign = CommitFixture.commitForeign(storage, "notes");
        Ledger later = publish(dayEnd, 30);

        DayTagger next = new DayTagger(CommitFixture.open(storage), fixture.config());

        assertThat(next.tag(later.lastDay().orElseThrow())).isEqualTo(new TagResult.Created(TAG));
        assertThat(repository.tags().get(TAG)).isEqualTo(dayEnd.id()).isNotEqualTo(foreign);
    }

    @Test
    void findsTheTagThatSomebodyElseMade() {
        tagger.tag(ended);
        assertThat(tagger.tag(ended)).isEqualTo(new TagResult.AlreadyThere(TAG));
    }

    @Test
    void leavesATagThatPointsElsewhere() {
        repository.createTag(TAG, seed.id());

        assertThat(tagger.tag(ended)).isEqualTo(new TagResult.Elsewhere(TAG, seed.id()));
        assertThat(repository.tags()).containsEntry(TAG, seed.id());
    }

    @Test
    void doesNotTagASnapshotThatIsNotInTheHistory() {
        repository.resetBranch("main", seed.id(), dayEnd.id());

        assertThat(tagger.tag(ended)).isEqualTo(new TagResult.NotInHistory(TAG));
        assertThat(repository.tags()).isEmpty();
    }

    @Test
    void saysThatATagWasDeletedOnce() {
        tagger.tag(ended);
        repository.deleteTag(TAG);

        assertThat(tagger.tag(ended)).isEqualTo(new TagResult.Deleted(TAG));
    }

    @Test
    void revisionsDoNotMoveTheTag() {
        tagger.tag(ended);
        PublishResult revised = committer.publish(fixture.plan(repository, dayEnd, 24, 0, 1));

        Ledger ledger = ((PublishResult.Published) revised).ledger();
        assertThat(tagger.tag(ledger.lastDay().orElseThrow())).isEqualTo(new TagResult.AlreadyThere(TAG));
        assertThat(repository.tags()).containsEntry(TAG, dayEnd.id());
    }

    @Test
    void isAskedAgainWhenTheReplyIsLost() {
        storage.follow(FaultScript.always(call -> true, Fault.FAIL_BEFORE));
        assertThat(tagger.tag(ended)).isInstanceOf(TagResult.Unavailable.class);
        storage.restart();
        storage.follow(
                FaultScript.always(call -> call.operation() == StorageCall.Operation.PUT_IF_MATCHES, Fault.LOSE_REPLY));
        tagger.tag(ended);
        storage.restart();

        assertThat(tagger.tag(ended)).isEqualTo(new TagResult.AlreadyThere(TAG));
    }

    @Test
    void makesNoTagWhenSwitchedOff() {
        IngestConfig config = fixture.config();
        IngestConfig off = new IngestConfig(
                config.id(),
                config.repository(),
                config.kafka(),
                config.registry(),
                config.dataset(),
                config.watermark(),
                config.late(),
                config.commit(),
                config.errors(),
                new TagSettings(false, "{ingest}/{date}"),
                config.stateDirectory());

        assertThat(new DayTagger(repository, off).tag(ended)).isEqualTo(new TagResult.Disabled("weather/2026-11-01"));
        assertThat(repository.tags()).isEmpty();
    }
}
