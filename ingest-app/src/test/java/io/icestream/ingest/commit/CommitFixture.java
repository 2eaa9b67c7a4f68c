package io.icestream.ingest.commit;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.config.CfTimeUnits;
import io.icestream.ingest.config.CommitSettings;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.ErrorSettings;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.config.KafkaSettings;
import io.icestream.ingest.config.LateSettings;
import io.icestream.ingest.config.RegistrySettings;
import io.icestream.ingest.config.RepositorySettings;
import io.icestream.ingest.config.StationAxis;
import io.icestream.ingest.config.TagSettings;
import io.icestream.ingest.config.TimeAxis;
import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.config.WatermarkSettings;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A small data set and the rounds of an ingest that sees a value in every cell: three stations in chunks of two, hourly slots and windows, a chunk per day, a float and an
 * integer variable. The value of a cell follows from its place and a revision, so that arrays can be checked without a record of what was written.
 */
public final class CommitFixture {
    public static final String INGEST = "weather";
    public static final Instant ORIGIN = Instant.parse("2026-11-01T00:00:00Z");
    public static final List<String> STATIONS = List.of("EWR", "JFK", "LGA");
    public static final int SLOTS_PER_CHUNK = 24;
    private static final int CHUNK_STATIONS = 2;
    private static final SourcePartition SOURCE = new SourcePartition("observations", 0);

    private final IngestConfig config;
    private final DatasetGrid grid;
    private final DatasetLayout layout;

    private CommitFixture(IngestConfig config) {
        this.config = config;
        this.grid = new DatasetGrid(config.dataset());
        this.layout = new DatasetLayout(config.dataset());
    }

    /** {@return the small data set} */
    public static CommitFixture small() {
        return of(dataset(), 4);
    }

    /**
     * {@return a data set with other settings}
     *
     * @param dataset the settings
     * @param slotPartitions partitions of slots
     */
    public static CommitFixture of(DatasetSettings dataset, int slotPartitions) {
        return new CommitFixture(config(INGEST, dataset, slotPartitions));
    }

    /**
     * {@return the same data set, ingested under another id}
     *
     * @param id the id
     */
    public CommitFixture as(String id) {
        return new CommitFixture(config(id, config.dataset(), config.kafka().slotPartitions()));
    }

    private static IngestConfig config(String id, DatasetSettings dataset, int slotPartitions) {
        return new IngestConfig(
                id,
                new RepositorySettings("unused", "main", true),
                new KafkaSettings(Map.of(), Map.of(), slotPartitions, (short) 1, 1),
                new RegistrySettings(List.of(), Map.of(), Duration.ofSeconds(1)),
                dataset,
                new WatermarkSettings(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(10)),
                new LateSettings(LateSettings.Policy.REVISE, Duration.ofDays(1)),
                new CommitSettings(500, Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofHours(6)),
                new ErrorSettings(ErrorSettings.Tolerance.ALL, Optional.empty(), ErrorSettings.OnLedgerRollback.FAIL),
                new TagSettings(true, "daily-{date}"),
                Path.of("unused"));
    }

    /** {@return settings of the small data set} */
    public static DatasetSettings dataset() {
        return dataset("/", Duration.ofDays(1));
    }

    /**
     * {@return settings of the small data set}
     *
     * @param group its group
     * @param chunk length of a chunk along time
     */
    public static DatasetSettings dataset(String group, Duration chunk) {
        return new DatasetSettings(
                List.of("observations"),
                group,
                Map.of("title", "Hourly weather"),
                new TimeAxis(
                        "time",
                        "time",
                        TimeAxis.TimeFormat.AUTO,
                        ORIGIN,
                        Duration.ofHours(1),
                        TimeAxis.Rounding.EXACT,
                        new CfTimeUnits(CfTimeUnits.Unit.SECONDS, Instant.EPOCH)),
                new StationAxis(
                        "station",
                        "station",
                        STATIONS,
                        Optional.of(new StationAxis.Coordinates(
                                List.of(40.69, 40.64, 40.78), List.of(-74.17, -73.78, -73.87)))),
                Optional.empty(),
                List.of(temperature(), reports()),
                Duration.ofHours(1),
                chunk,
                CHUNK_STATIONS,
                ZoneOffset.UTC);
    }

    private static VariableSettings temperature() {
        return new VariableSettings(
                "temp",
                "temp",
                VariableSettings.CellType.FLOAT64,
                Double.NaN,
                Optional.of("degF"),
                Optional.of("Air temperature"),
                Optional.of("air_temperature"),
                Map.of());
    }

    private static VariableSettings reports() {
        return new VariableSettings(
                "reports",
                "reports",
                VariableSettings.CellType.INT32,
                -1,
                Optional.of("1"),
                Optional.of("Number of reports"),
                Optional.empty(),
                Map.of());
    }

    public IngestConfig config() {
        return config;
    }

    public DatasetLayout layout() {
        return layout;
    }

    public DatasetGrid grid() {
        return grid;
    }

    /**
     * {@return a committer of its own, as another process would have}
     *
     * @param storage the repository's
     */
    public SliceCommitter committer(Storage storage) {
        return committer(open(storage), ProtocolObserver.NONE);
    }

    /**
     * {@return a committer}
     *
     * @param repository where to
     * @param observer is told of points
     */
    public SliceCommitter committer(Repository repository, ProtocolObserver observer) {
        return new SliceCommitter(repository, config, observer, InstantSource.system());
    }

    /**
     * {@return the repository, opened or created; with nothing cached}
     *
     * @param storage the repository's
     */
    public static Repository open(Storage storage) {
        return Repository.openOrCreate(storage, RepositoryOptions.defaults().withParallelism(2));
    }

    /** {@return the ledger that a first start begins with} */
    public Ledger seed() {
        return Ledger.initial(
                SnapshotId.INITIAL,
                Offsets.of(Map.of(SOURCE, 0L)),
                config.kafka().slotPartitions(),
                "cluster",
                Map.of("observations", "topic-id"),
                "layout");
    }

    /**
     * Plans a round that closes windows, with every chunk that has a cell in them, and stores the chunks.
     *
     * @param repository where the chunks are stored
     * @param base the ledger to continue from
     * @param close windows published afterwards
     */
    public RoundPlan plan(Repository repository, Ledger base, long close) {
        long firstChunk = base.closed() * grid.slotsPerWindow() / grid.slotsPerChunk();
        return plan(repository, base, close, firstChunk, 0);
    }

    /** {@return a round that revises everything from a chunk on} */
    public RoundPlan plan(Repository repository, Ledger base, long close, long firstChunk, int revision) {
        String id = UUID.randomUUID().toString();
        List<ChunkReady> chunks = new ArrayList<>();
        long slots = close * grid.slotsPerWindow();
        for (long time = firstChunk; time * grid.slotsPerChunk() < slots; time++) {
            for (int station = 0; station * grid.chunkStations() < grid.stations(); station++) {
                for (VariableSettings variable : config.dataset().variables()) {
                    chunks.add(store(repository, id, variable.name(), time, station, slots, revision));
                }
            }
        }
        return planOf(base, close, id, chunks);
    }

    /**
     * {@return a round that has nothing to attach}
     *
     * @param base the ledger to continue from
     */
    public RoundPlan planWithoutChunks(Ledger base) {
        return planOf(base, base.closed(), UUID.randomUUID().toString(), List.of());
    }

    private ChunkReady store(
            Repository repository, String round, String variable, long time, int station, long slots, int revision) {
        ArrayLayout array = layout.variable(variable);
        NdArray values = array.initial().fillChunk();
        for (int row = 0; row < grid.slotsPerChunk() && time * grid.slotsPerChunk() + row < slots; row++) {
            for (int column = 0; column < grid.chunkStations(); column++) {
                int position = row * grid.chunkStations() + column;
                long slot = time * grid.slotsPerChunk() + row;
                set(values, position, cell(slot, station * grid.chunkStations() + column, revision));
            }
        }
        return new ChunkReady(
                0,
                round,
                array.path(),
                ChunkIndex.of(time, station),
                repository.putChunk(array.initial().encodeChunk(values)),
                Instant.now());
    }

    private static void set(NdArray values, int position, long value) {
        if (values.elements() instanceof double[] doubles) {
            doubles[position] = value;
        } else {
            values.ints()[position] = Math.toIntExact(value);
        }
    }

    /** {@return the value of a cell} */
    public static long cell(long slot, int station, int revision) {
        return 10 * slot + station + 1_000_000L * revision;
    }

    private RoundPlan planOf(Ledger base, long close, String id, List<ChunkReady> chunks) {
        Offsets position = Offsets.of(Map.of(SOURCE, base.position().sum() + 1));
        Round round = new Round(id, "incarnation", base.base(), position, close, base.finalBefore());
        boolean endsDay = close > base.closed() && grid.isDayEnd(close);
        Optional<LocalDate> day = endsDay ? Optional.of(grid.dayOf(close - 1)) : Optional.empty();
        return new RoundPlan(round, next(base, id, position, close), day, chunks);
    }

    private static Ledger next(Ledger base, String round, Offsets position, long close) {
        List<Long> accepted = new ArrayList<>(base.accepted());
        accepted.set(0, accepted.get(0) + 1);
        return new Ledger(
                Ledger.LAYOUT,
                base.id(),
                base.sequence() + 1,
                Optional.of(round),
                position,
                close,
                base.finalBefore(),
                position,
                base.start(),
                accepted,
                base.dead(),
                accepted,
                base.bad(),
                base.skipped(),
                base.greatestEventMicros(),
                base.watermarkMicros(),
                base.lastDay(),
                base.clusterId(),
                base.topicIds(),
                base.layoutHash());
    }

    /** {@return a fresh view of the tip} */
    public static Session tip(Storage storage) {
        return open(storage).readonlySession(Version.branch("main"));
    }

    /** {@return the history of main, newest first} */
    public static List<SnapshotEntry> history(Storage storage) {
        Repository repository = open(storage);
        return repository.history(repository.findBranch("main").orElseThrow()).toList();
    }

    /** {@return the ledgers of all snapshots of the history, oldest first; those that only hold it on included} */
    public List<Ledger> ledgers(Storage storage) {
        Repository repository = open(storage);
        List<Ledger> ledgers = new ArrayList<>();
        for (SnapshotEntry entry : history(storage)) {
            Session session = repository.readonlySession(Version.snapshot(entry.id()));
            NodePath path = LedgerJson.path(config.id());
            if (session.findNode(path).isPresent()) {
                ledgers.add(
                        0,
                        LedgerJson.fromAttributes(
                                path, session.groupMetadata(path).attributes()));
            }
        }
        return ledgers;
    }

    /** {@return the values of an array, rows of stations} */
    public static NdArray read(Session session, String path) {
        return ZarrArray.open(session, NodePath.of(path)).readAll();
    }

    /** Somebody else's commit: a group of their own, on whatever tip there is. */
    public static SnapshotId commitForeign(Storage storage, String name) {
        try (Repository repository = open(storage)) {
            for (int tries = 0; tries < 100; tries++) {
                WritableSession session = repository.writableSession("main");
                session.createGroup(NodePath.of("/" + name), GroupMetadata.empty());
                if (session.commit(CommitRequest.of("Foreign commit " + name))
                        instanceof CommitOutcome.Committed committed) {
                    return committed.id();
                }
            }
        }
        throw new IllegalStateException("Foreign commit " + name + " lost every race");
    }
}
