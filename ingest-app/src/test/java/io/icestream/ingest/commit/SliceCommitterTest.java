package io.icestream.ingest.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolPoint;
import io.icestream.ingest.protocol.RoundPlan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** P9 without faults of the storage: what a snapshot holds, and that the ledger at the tip decides what becomes of a round. */
@DisplayName("P9 publish")
class SliceCommitterTest {
    private final CommitFixture fixture = CommitFixture.small();
    private final Storage storage = new InMemoryStorage("test", InstantSource.system());
    private final Repository repository = CommitFixture.open(storage);
    private final List<ProtocolPoint> points = new ArrayList<>();
    private final SliceCommitter committer = fixture.committer(repository, points::add);

    @Test
    void hasNoLedgerBeforeTheDataSetIsCreated() {
        assertThat(committer.findLedger()).isEmpty();
    }

    @Test
    void createsTheDataSetInOneCommit() {
        Ledger ledger = committer.initialise(fixture.seed());

        assertThat(committer.findLedger()).contains(ledger);
        assertThat(ledger.sequence()).isZero();
        List<SnapshotEntry> history = CommitFixture.history(storage);
        assertThat(history).hasSize(2);
        assertThat(history.get(0).id()).isEqualTo(ledger.id());
        Session tip = CommitFixture.tip(storage);
        assertThat(tip.nodes())
                .extracting(node -> node.path().toString())
                .containsExactly(
                        "/",
                        "/_icestream",
                        "/_icestream/weather",
                        "/latitude",
                        "/longitude",
                        "/reports",
                        "/station",
                        "/temp",
                        "/time");
        assertThat(tip.arrayMetadata(NodePath.of("/temp")).shape()).containsExactly(0, 3);
        assertThat(CommitFixture.read(tip, "/station").strings()).containsExactly("EWR", "JFK", "LGA");
        assertThat(CommitFixture.read(tip, "/latitude").doubles()).containsExactly(40.69, 40.64, 40.78);
        assertThat(tip.groupMetadata(NodePath.ROOT).attributes().path("title").asText())
                .isEqualTo("Hourly weather");
    }

    @Test
    void findsTheLedgerOfAnEarlierStart() {
        Ledger first = committer.initialise(fixture.seed());

        assertThat(fixture.committer(storage).initialise(fixture.seed())).isEqualTo(first);
        assertThat(CommitFixture.history(storage)).hasSize(2);
    }

    @Test
    void letsExactlyOneOfManyFirstStartsWin() throws Exception {
        List<Ledger> found = concurrently(6, i -> fixture.committer(storage).initialise(fixture.seed()));

        assertThat(found).hasSize(6).allMatch(found.get(0)::equals);
        assertThat(CommitFixture.history(storage)).hasSize(2);
    }

    @Test
    void saysWhichArraysDifferWhenTheLayoutChanged() {
        committer.initialise(fixture.seed());
        CommitFixture other = CommitFixture.of(CommitFixture.dataset("/", Duration.ofDays(2)), 4);
        Ledger seed = Ledger.initial(
                SnapshotId.INITIAL,
                fixture.seed().start(),
                4,
                "cluster",
                fixture.seed().topicIds(),
                "another layout");

        assertThatThrownBy(() -> other.committer(storage).initialise(seed))
                .isInstanceOf(LayoutChangedException.class)
                .hasMessageContaining("array /temp has chunk shape [24, 2], the ingest writes [48, 2]");
    }

    @Test
    void refusesToCreateADataSetOverSomebodyElsesArrays() {
        WritableSession session = repository.writableSession("main");
        session.createArray(
                NodePath.of("/temp"),
                ArrayMetadata.builder(DataType.FLOAT64, new long[] {1}, new long[] {1})
                        .build());
        session.commit(CommitRequest.of("Foreign")).orThrow();

        assertThatThrownBy(() -> committer.initialise(fixture.seed()))
                .isInstanceOf(DatasetExistsException.class)
                .hasMessageContaining("nodes /temp are there");
    }

    @Test
    void createsTheGroupsAboveTheDataSet() {
        CommitFixture nested = CommitFixture.of(CommitFixture.dataset("/region/north", Duration.ofDays(1)), 4);
        nested.committer(storage).initialise(nested.seed());

        Session tip = CommitFixture.tip(storage);
        assertThat(tip.nodes()).extracting(node -> node.path().toString()).contains("/", "/region", "/region/north");
        assertThat(tip.arrayMetadata(NodePath.of("/region/north/temp")).shape()).containsExactly(0, 3);
    }

    @Test
    void publishesAllVariablesOfARoundInOneSnapshot() {
        Ledger seed = committer.initialise(fixture.seed());
        PublishResult result = committer.publish(fixture.plan(repository, seed, 30));

        Ledger ledger = published(result);
        assertThat(ledger.closed()).isEqualTo(30);
        assertThat(committer.findLedger()).contains(ledger);
        assertThat(CommitFixture.history(storage).get(0).id()).isEqualTo(ledger.id());
        checkCells(CommitFixture.tip(storage), 30, 0);
        assertThat(points)
                .containsExactly(
                        ProtocolPoint.COM_FLUSH_HALF,
                        ProtocolPoint.COM_FLUSHED,
                        ProtocolPoint.COM_CAS_SENT,
                        ProtocolPoint.COM_CAS_LANDED_REPLY_LOST);
    }

    @Test
    void writesTheTimesOfTheSlots() {
        publish(30);

        long[] times = CommitFixture.read(CommitFixture.tip(storage), "/time").longs();
        assertThat(times).hasSize(30);
        assertThat(IntStream.range(0, 30).mapToObj(i -> Instant.ofEpochSecond(times[i])))
                .containsExactlyElementsOf(
                        IntStream.range(0, 30).mapToObj(fixture.grid()::timeOf).toList());
    }

    @Test
    void neverWritesAChunkOfTimesTwice() {
        Ledger first = publish(TimeCoordinate.CHUNK_SLOTS - 1);
        ChunkReference times = timeChunk(0).orElseThrow();
        assertThat(timeChunk(1)).isEmpty();

        Ledger second = published(committer.publish(fixture.plan(repository, first, TimeCoordinate.CHUNK_SLOTS)));
        assertThat(timeChunk(1)).isEmpty();
        published(committer.publish(fixture.plan(repository, second, 2 * TimeCoordinate.CHUNK_SLOTS + 1)));

        assertThat(timeChunk(0)).contains(times);
        assertThat(timeChunk(2)).isPresent();
        long[] read = CommitFixture.read(CommitFixture.tip(storage), "/time").longs();
        assertThat(read).hasSize(2 * TimeCoordinate.CHUNK_SLOTS + 1).isSorted();
        assertThat(read[read.length - 1])
                .isEqualTo(fixture.grid().timeOf(read.length - 1L).getEpochSecond());
    }

    private Optional<ChunkReference> timeChunk(long chunk) {
        return CommitFixture.tip(storage).findChunk(NodePath.of("/time"), ChunkIndex.of(chunk));
    }

    @Test
    void revisesPublishedWindowsWithoutGrowth() {
        Ledger first = publish(30);
        published(committer.publish(fixture.plan(repository, first, 30, 1, 7)));

        Session tip = CommitFixture.tip(storage);
        assertThat(value(tip, 23, 1)).isEqualTo((double) CommitFixture.cell(23, 1, 0));
        assertThat(value(tip, 24, 1)).isEqualTo((double) CommitFixture.cell(24, 1, 7));
        assertThat(tip.arrayMetadata(NodePath.of("/temp")).shape()).containsExactly(30, 3);
    }

    @Test
    @DisplayName("P10 a round that only moves the counts is committed when asked for")
    void publishesCountsAlone() {
        Ledger first = publish(30);
        Ledger second = published(committer.publish(fixture.planWithoutChunks(first)));

        assertThat(second.sequence()).isEqualTo(first.sequence() + 1);
        assertThat(second.position().sum()).isEqualTo(first.position().sum() + 1);
        checkCells(CommitFixture.tip(storage), 30, 0);
    }

    @Test
    void answersARoundThatIsPublishedWithItsLedger() {
        Ledger seed = committer.initialise(fixture.seed());
        RoundPlan plan = fixture.plan(repository, seed, 30);
        Ledger ledger = published(committer.publish(plan));

        assertThat(committer.publish(plan)).isEqualTo(new PublishResult.AlreadyPublished(ledger));
        assertThat(fixture.committer(storage).publish(plan)).isEqualTo(new PublishResult.AlreadyPublished(ledger));
        assertThat(CommitFixture.history(storage)).hasSize(3);
    }

    @Test
    void refusesARoundOnABaseThatIsNoLongerTheLedger() {
        Ledger seed = committer.initialise(fixture.seed());
        RoundPlan zombie = fixture.plan(repository, seed, 12);
        Ledger ledger = published(committer.publish(fixture.plan(repository, seed, 30)));

        assertThat(fixture.committer(storage).publish(zombie)).isEqualTo(new PublishResult.Superseded(ledger));
        checkCells(CommitFixture.tip(storage), 30, 0);
    }

    @Test
    void refusesARoundOnALedgerThatWasResetAway() {
        Ledger seed = committer.initialise(fixture.seed());
        Ledger first = published(committer.publish(fixture.plan(repository, seed, 12)));
        RoundPlan plan = fixture.plan(repository, first, 30);
        repository.resetBranch("main", seed.id(), first.id());

        assertThat(committer.publish(plan)).isEqualTo(new PublishResult.Superseded(seed));
    }

    @Test
    void keepsForeignCommitsBelowARound() {
        Ledger seed = committer.initialise(fixture.seed());
        SnapshotId foreign = CommitFixture.commitForeign(storage, "notes");

        published(committer.publish(fixture.plan(repository, seed, 30)));

        assertThat(points).contains(ProtocolPoint.COM_REBUILD_ON_FOREIGN_TIP);
        Session tip = CommitFixture.tip(storage);
        assertThat(tip.findNode(NodePath.of("/notes"))).isPresent();
        assertThat(CommitFixture.history(storage).get(1).id()).isEqualTo(foreign);
        checkCells(tip, 30, 0);
    }

    @Test
    void rebuildsOnAForeignCommitThatComesBetweenFlushAndPublish() {
        Ledger seed = committer.initialise(fixture.seed());
        List<SnapshotId> foreign = new ArrayList<>();
        SliceCommitter disturbed = fixture.committer(repository, point -> {
            points.add(point);
            if (point == ProtocolPoint.COM_FLUSHED && foreign.size() < 3) {
                foreign.add(CommitFixture.commitForeign(storage, "notes-" + foreign.size()));
            }
        });

        Ledger ledger = published(disturbed.publish(fixture.plan(repository, seed, 30)));

        assertThat(points.stream().filter(ProtocolPoint.COM_REBUILD_ON_FOREIGN_TIP::equals))
                .hasSize(3);
        assertThat(CommitFixture.history(storage))
                .hasSize(6)
                .first()
                .extracting(SnapshotEntry::id)
                .isEqualTo(ledger.id());
        checkCells(CommitFixture.tip(storage), 30, 0);
    }

    @Test
    @DisplayName("P18: the age of a round's chunks counts at the attempt to publish them")
    void publishesNoRoundWhoseChunksTheCollectorMayHaveDeleted() {
        Ledger seed = committer.initialise(fixture.seed());
        RoundPlan plan = fixture.plan(repository, seed, 30);

        assertThat(fixture.committer(later(Duration.ofHours(7)), points::add).publish(plan))
                .isInstanceOf(PublishResult.TooOld.class);
        assertThat(CommitFixture.history(storage)).hasSize(2);

        published(fixture.committer(later(Duration.ofHours(5)), points::add).publish(plan));
        checkCells(CommitFixture.tip(storage), 30, 0);
    }

    /** The repository as the committer opens it, so much later. */
    private Repository later(Duration by) {
        return DatasetRepository.openOrCreate(
                storage,
                fixture.config(),
                RepositoryOptions.defaults()
                        .withMaxUncommittedAge(fixture.config().commit().maxUncommittedAge())
                        .withClock(() -> Instant.now().plus(by)));
    }

    @Test
    void publishesARoundOnceHoweverManyTry() throws Exception {
        Ledger seed = committer.initialise(fixture.seed());
        RoundPlan plan = fixture.plan(repository, seed, 30);

        List<PublishResult> results =
                concurrently(6, i -> fixture.committer(storage).publish(plan));

        assertThat(results.stream().filter(PublishResult.Published.class::isInstance))
                .hasSize(1);
        assertThat(results.stream().filter(PublishResult.AlreadyPublished.class::isInstance))
                .hasSize(5);
        assertThat(CommitFixture.history(storage)).hasSize(3);
    }

    @Test
    void publishesOneOfManyRoundsOnTheSameLedger() throws Exception {
        Ledger seed = committer.initialise(fixture.seed());

        List<PublishResult> results =
                concurrently(6, i -> fixture.committer(storage).publish(fixture.plan(repository, seed, 24 + i, 0, i)));

        assertThat(results.stream().filter(PublishResult.Published.class::isInstance))
                .hasSize(1);
        assertThat(results.stream().filter(PublishResult.Superseded.class::isInstance))
                .hasSize(5);
        Ledger ledger = committer.findLedger().orElseThrow();
        checkCells(CommitFixture.tip(storage), Math.toIntExact(ledger.closed()), (int) ledger.closed() - 24);
    }

    @Test
    void neverShrinks() {
        Ledger first = publish(30);

        assertThatThrownBy(() -> committer.publish(fixture.plan(repository, first, 29)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(CommitFixture.tip(storage)
                        .arrayMetadata(NodePath.of("/temp"))
                        .shape())
                .containsExactly(30, 3);
    }

    @Test
    void failsWhenSomebodyElseResizedAnArray() {
        Ledger first = publish(30);
        change("/temp", metadata -> metadata.withShape(31, 3));

        assertThat(reason(committer.publish(fixture.plan(repository, first, 40))))
                .contains("array /temp has shape [31, 3], the ingest writes [30, 3]")
                .contains("branch 'main'");
    }

    @Test
    void failsWhenSomebodyElseReplacedAnArray() {
        Ledger first = publish(30);
        WritableSession session = repository.writableSession("main");
        session.delete(NodePath.of("/temp"));
        session.createArray(
                NodePath.of("/temp"),
                ArrayMetadata.builder(DataType.FLOAT32, new long[] {30, 3}, new long[] {24, 2})
                        .dimensionNames("time", "station")
                        .build());
        session.delete(NodePath.of("/reports"));
        session.commit(CommitRequest.of("Foreign")).orThrow();

        assertThat(reason(committer.publish(fixture.plan(repository, first, 40))))
                .contains("array /temp has data type float32, the ingest writes float64")
                .contains("array /reports is missing");
    }

    @Test
    void leavesAttributesToTheUsers() {
        Ledger first = publish(30);
        change(
                "/temp",
                metadata -> metadata.withAttributes(metadata.attributes().put("comment", "theirs")));

        published(committer.publish(fixture.plan(repository, first, 40)));

        Session tip = CommitFixture.tip(storage);
        assertThat(tip.arrayMetadata(NodePath.of("/temp"))
                        .attributes()
                        .path("comment")
                        .asText())
                .isEqualTo("theirs");
        checkCells(tip, 40, 0);
    }

    private void change(String path, java.util.function.UnaryOperator<ArrayMetadata> change) {
        WritableSession session = repository.writableSession("main");
        NodePath array = NodePath.of(path);
        session.updateArray(array, change.apply(session.arrayMetadata(array)));
        session.commit(CommitRequest.of("Foreign")).orThrow();
    }

    @Test
    void failsWhenTheLedgerIsGone() {
        Ledger first = publish(30);
        WritableSession session = repository.writableSession("main");
        session.delete(NodePath.of("/_icestream/weather"));
        session.commit(CommitRequest.of("Foreign")).orThrow();

        assertThat(reason(committer.publish(fixture.plan(repository, first, 40))))
                .contains("there is no ledger /_icestream/weather any more");
    }

    @Test
    void keepsTheAuditCopyShort() {
        CommitFixture longName = fixture.as("w".repeat(200));
        SliceCommitter other = longName.committer(storage);
        Ledger seed = other.initialise(longName.seed());
        published(other.publish(longName.plan(repository, seed, 30)));

        SnapshotEntry entry = CommitFixture.history(storage).get(0);
        String audit = String.valueOf(entry.metadata().get(CommitDescription.KEY));
        assertThat(audit.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(512);
        assertThat(audit).contains("\"seq\":1,\"valid-through\":\"2026-11-02T06:00:00Z\",\"windows\":[0,30]");
    }

    @Test
    void describesEachCommit() {
        Ledger first = publish(24);
        Ledger second = published(committer.publish(fixture.plan(repository, first, 25)));
        published(committer.publish(fixture.plan(repository, second, 25, 0, 1)));

        assertThat(CommitFixture.history(storage))
                .extracting(SnapshotEntry::message)
                .startsWith(
                        "Revise 8 chunks up to 2026-11-02T01:00:00Z",
                        "Publish 1 window from 2026-11-02T00:00:00Z to 2026-11-02T01:00:00Z",
                        "Publish first windows, to 2026-11-02T00:00:00Z",
                        "Create data set of ingest weather");
    }

    private Ledger publish(long close) {
        Ledger seed = committer.initialise(fixture.seed());
        return published(committer.publish(fixture.plan(repository, seed, close)));
    }

    static Ledger published(PublishResult result) {
        assertThat(result).isInstanceOf(PublishResult.Published.class);
        return ((PublishResult.Published) result).ledger();
    }

    private static String reason(PublishResult result) {
        assertThat(result).isInstanceOf(PublishResult.Failed.class);
        return ((PublishResult.Failed) result).reason();
    }

    private static double value(Session session, int slot, int station) {
        return CommitFixture.read(session, "/temp").doubles()[slot * 3 + station];
    }

    static void checkCells(Session session, int slots, int revision) {
        NdArray temperature = CommitFixture.read(session, "/temp");
        NdArray reports = CommitFixture.read(session, "/reports");
        assertThat(temperature.shape()).containsExactly(slots, 3);
        for (int position = 0; position < slots * 3; position++) {
            long expected = CommitFixture.cell(position / 3, position % 3, revision);
            assertThat(temperature.doubles()[position]).isEqualTo((double) expected);
            assertThat(reports.ints()[position]).isEqualTo(Math.toIntExact(expected));
        }
    }

    /** A task of one of several threads. */
    private interface Task<T> {
        T run(int number) throws Exception;
    }

    private static <T> List<T> concurrently(int threads, Task<T> task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<T>> calls = IntStream.range(0, threads)
                    .<Callable<T>>mapToObj(i -> () -> task.run(i))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
