package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology in one task, with one partition of every topic, a repository in memory and time moved by hand. */
final class TopologyHarness implements AutoCloseable {

    static final SourcePartition SOURCE = new SourcePartition("observations", 0);

    final IngestConfig config;
    final FakeRepository repository;
    final List<String> told = new ArrayList<>();
    final TestRecords registry = new TestRecords();
    final TestIngestEnds ends = new TestIngestEnds();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> input;
    private Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private long timestamp = 1;

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
        this(config, ledger(), OptionalLong.empty(), "i1");
    }

    TopologyHarness(IngestConfig config, Ledger ledger, OptionalLong committed, String storeOwner) {
        this.config = config;
        this.repository = new FakeRepository(ledger);
        DatasetGrid grid = new DatasetGrid(config.dataset());
        Init init = new Init("i1", ledger, ledger.floor(), List.of(0L), 0);
        IngestParts parts = new IngestParts(
                config,
                init,
                new TreeSet<>(List.of(SOURCE)),
                Map.of(),
                grid,
                registry,
                repository,
                repository,
                ends,
                (topic, partition) -> committed,
                Runnable::run,
                Runnable::run,
                new RoundIds(),
                ProtocolObserver.NONE,
                (InstantSource) () -> now,
                listener());
        Properties properties = StreamsSettings.properties(config, init.incarnation(), "tester");
        properties.remove("bootstrap.servers");
        properties.put("bootstrap.servers", "unused:1");
        driver = new TopologyTestDriver(IngestTopology.build(parts), properties, now);
        input = driver.createInputTopic("observations", new ByteArraySerializer(), new ByteArraySerializer());
    }

    private IngestListener listener() {
        return new IngestListener() {
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
        input.pipeInput(new TestRecord<>("key".getBytes(UTF_8), value, Instant.ofEpochMilli(timestamp++)));
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

    List<TestRecord<byte[], byte[]>> records(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    Ledger tip() {
        return repository.fetchLedger();
    }

    @Override
    public void close() {
        driver.close();
    }
}
