package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The whole topology in one task, with one partition of every topic, a repository in memory and time moved by hand. */
final class TopologyHarness implements AutoCloseable {

    static final SourcePartition SOURCE = new SourcePartition("observations", 0);

    final IngestConfig config;
    final FakeRepository repository;
    final List<String> told = new ArrayList<>();
    final TestRecords registry = new TestRecords();
    final TestIngestEnds ends = new TestIngestEnds();
    final CommitterActivity activity = new CommitterActivity();
    private final Path state = temporaryFolder();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> input;
    private Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private long timestamp = 1;
    private long offset;

    /** Ends of the one partition, set by the test. */
    static final class TestIngestEnds implements SourceEnds {
        boolean readToEnd;
        long bounded = Long.MAX_VALUE;

        @Override
        public boolean isReadToEnd(SourcePartition partition, long position) {
            return readToEnd;
        }

        @Override
        public boolean isEnded(SourcePartition partition, long position) {
            return position >= bounded;
        }
    }

    TopologyHarness(IngestConfig config) {
        this(config, ledger(), 0, List.of(SOURCE));
    }

    /**
     * Starts an ingest.
     *
     * @param config its settings
     * @param ledger the ledger at the tip, from which the incarnation starts
     * @param committed committed offset of every input
     * @param sources the source partitions that it believes to exist
     */
    TopologyHarness(IngestConfig config, Ledger ledger, long committed, List<SourcePartition> sources) {
        this.config = config;
        this.repository = new FakeRepository(ledger);
        DatasetGrid grid = new DatasetGrid(config.dataset());
        Init init = new Init("i1", ledger, ledger.floor(), List.of(0L), 0);
        IngestParts parts = new IngestParts(
                config,
                init,
                new TreeSet<>(sources),
                Map.of(),
                grid,
                registry,
                repository,
                repository,
                ends,
                (topic, partition) -> committed,
                Runnable::run,
                Runnable::run,
                activity,
                new RoundIds(),
                ProtocolObserver.NONE,
                (InstantSource) () -> now,
                listener());
        Properties properties = StreamsSettings.properties(config, init.incarnation(), "tester");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(IngestTopology.build(parts), properties, now);
        input = driver.createInputTopic("observations", new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("icestream-topology");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IngestListener listener() {
        return new IngestListener() {
            @Override
            public void tagged(LocalDate day, String tag, SnapshotId snapshot) {
                told.add("tagged " + tag + " " + snapshot);
            }

            @Override
            public void waiting(String what) {
                told.add("waiting for " + what);
            }

            @Override
            public void resumed(String what) {
                told.add("resumed " + what);
            }

            @Override
            public void warned(String message) {
                told.add("warned " + message);
            }
        };
    }

    static Ledger ledger() {
        return Ledger.initial(FakeRepository.id(0), Offsets.NONE, 1, "cluster", Map.of(), "layout");
    }

    /** An observation, timestamped one millisecond after the one before. */
    TopologyHarness observe(long minutes, String station, double value) {
        return send(TestRecords.encode(minutes, station, value));
    }

    TopologyHarness send(byte[] value) {
        return send("key".getBytes(UTF_8), value);
    }

    TopologyHarness send(byte @Nullable [] key, byte @Nullable [] value) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "observations",
                0,
                offset++,
                timestamp,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
        ConsumerRecord<byte[], byte[]> batch = SourceBatch.pack(List.of(record)).record();
        input.pipeInput(new TestRecord<>(batch.key(), batch.value(), Instant.ofEpochMilli(timestamp++)));
        return this;
    }

    /** Moves the clock. */
    TopologyHarness pass(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
        return this;
    }

    /** Moves the clock by seconds in small steps, as messages take a step from task to task. */
    TopologyHarness pass() {
        for (int step = 0; step < 20; step++) {
            pass(Duration.ofMillis(100));
        }
        return this;
    }

    /** Writes into one of the ingest's own topics, as a zombie would. */
    TopologyHarness inject(String topic, byte[] value) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(new byte[0], value, Instant.ofEpochMilli(timestamp++)));
        return this;
    }

    /** Messages of a type on the {@code commit} topic, in order, since the last call. */
    <T extends CommitMessage> List<T> messages(Class<T> type) {
        return records(config.commitTopic()).stream()
                .map(record -> ProtocolJson.decode(record.value(), CommitMessage.class))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** Last progress that was sent. */
    CommitMessage.Progress progress() {
        List<CommitMessage.Progress> all = messages(CommitMessage.Progress.class);
        return all.get(all.size() - 1);
    }

    static String header(TestRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    List<TestRecord<byte[], byte[]>> records(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    Ledger tip() {
        return repository.fetchLedger();
    }

    @Override
    public void close() throws IOException {
        try {
            driver.close();
        } finally {
            try (Stream<Path> files = Files.walk(state)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }
}
