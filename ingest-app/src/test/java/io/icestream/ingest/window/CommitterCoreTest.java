package io.icestream.ingest.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.config.CommitSettings;
import io.icestream.ingest.config.LateSettings;
import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.slice.TestDataset;
import io.icestream.ingest.window.CommitterCore.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CommitterCoreTest {

    private static final SourcePartition ONE = new SourcePartition("t", 0);
    private static final SourcePartition TWO = new SourcePartition("t", 1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");
    private static final CommitSettings SETTINGS =
            new CommitSettings(100, Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofHours(6));

    private final InMemoryStateTable table = new InMemoryStateTable();

    /**
     * Both partitions have ended, says the table, but that was in an earlier run. In this one the first is ahead and
     * the second has a backlog: to close windows now would publish them without the second's records.
     */
    @Test
    void whatAnEarlierRunSaidOfTheEndOfAPartitionDoesNotCloseWindows() {
        CommitterCore earlier = core(said -> said);
        earlier.onMessage(progress(ONE, 5, 3, false, true));
        earlier.onMessage(progress(TWO, 5, 3, false, true));

        CommitterCore later = core(said -> said.withEnd(false, said.source().equals(ONE) && said.ended()));
        later.onMessage(progress(ONE, 9, 30, false, true));
        assertThat(later.next(NOW))
                .isInstanceOfSatisfying(
                        Step.Open.class,
                        open -> assertThat(open.round().close()).isEqualTo(3));
    }

    /** The same for a partition that was idle before the process was away. */
    @Test
    void aPartitionThatWasIdleBeforeARestartHoldsTheWatermarkWhileItHasABacklog() {
        CommitterCore earlier = core(said -> said);
        earlier.onMessage(progress(TWO, 5, 3, true, false));

        CommitterCore later = core(said -> said.withEnd(false, false));
        later.onMessage(progress(ONE, 9, 12, false, false));
        assertThat(later.next(NOW))
                .isInstanceOfSatisfying(
                        Step.Open.class,
                        open -> assertThat(open.round().close()).isEqualTo(3));
    }

    /** A backlog: the round after one that closed several windows waits until it may close no more, or for a second. */
    @Test
    void gathersABacklog() {
        CommitterCore core = core(said -> said);
        publish(core, 3);

        hear(core, 10, 5);
        assertThat(core.next(NOW.plusMillis(999))).isInstanceOf(Step.Await.class);
        assertThat(core.next(NOW.plusSeconds(1)))
                .isInstanceOfSatisfying(
                        Step.Open.class,
                        open -> assertThat(open.round().close()).isEqualTo(5));
    }

    @Test
    void gathersNoLongerThanToTheEndOfTheDay() {
        CommitterCore core = core(said -> said);
        publish(core, 3);

        hear(core, 10, 30);
        assertThat(core.next(NOW))
                .isInstanceOfSatisfying(
                        Step.Open.class,
                        open -> assertThat(open.round().close()).isEqualTo(24));
    }

    @Test
    void doesNotWaitWhileWindowsCloseOneByOne() {
        CommitterCore core = core(said -> said);
        publish(core, 1);

        hear(core, 10, 2);
        assertThat(core.next(NOW)).isInstanceOf(Step.Open.class);
    }

    /** Publishes a round that closes some windows. */
    private static void publish(CommitterCore core, int windows) {
        hear(core, 5, windows);
        assertThat(core.next(NOW)).isInstanceOf(Step.Open.class);
        core.onMessage(new CommitMessage.RoundDone(0, "round", 0, Offsets.of(Map.of()), 0, 0, 0));
        assertThat(core.next(NOW))
                .isInstanceOfSatisfying(
                        Step.Publish.class,
                        publish -> core.onPublished(publish.plan().next()));
    }

    private static void hear(CommitterCore core, long position, int hours) {
        core.onMessage(progress(ONE, position, hours, false, false));
        core.onMessage(progress(TWO, position, hours, false, false));
    }

    private CommitterCore core(UnaryOperator<Progress> present) {
        DatasetGrid grid = new TestDataset().grid();
        CommitterCore core = new CommitterCore(
                "incarnation",
                1,
                new RoundPlanner(
                        grid,
                        Set.of(ONE, TWO),
                        SETTINGS,
                        new LateSettings(LateSettings.Policy.REVISE, Duration.ofDays(1))),
                SETTINGS,
                true,
                present,
                table,
                () -> "round",
                ProtocolObserver.NONE);
        Offsets start = Offsets.of(Map.of(ONE, 0L, TWO, 0L));
        core.onLedger(Ledger.initial(SnapshotId.INITIAL, start, 1, "cluster", Map.of(), "layout"));
        return core;
    }

    /** Read to an offset, with a watermark some hours after the start. */
    private static Progress progress(SourcePartition source, long position, int hours, boolean idle, boolean ended) {
        long first = DatasetGrid.micros(START);
        long watermark = DatasetGrid.micros(START.plus(Duration.ofHours(hours)));
        return new Progress("incarnation", source, first, watermark, watermark, position, idle, ended, 0, 0);
    }
}
