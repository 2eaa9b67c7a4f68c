package io.icestream.ingest.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.cli.Cluster;
import io.icestream.ingest.commit.SliceCommitter;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.config.RegistrySettings;
import io.icestream.ingest.decode.HttpRegistryClient;
import io.icestream.ingest.decode.RegistryClient;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.topology.IngestListener;
import io.icestream.ingest.topology.TestIngest;
import io.icestream.ingest.topology.TestRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, a registry, a repository, and ingests on them; a new topic and repository for each test. */
final class RunningIngest implements AutoCloseable {

    static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LocalBroker broker;
    private final RegistryServer registry;
    private final Path folder;
    private final String name;
    private final Supplier<Storage> storage;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<IngestApplication> applications = new ArrayList<>();
    private final List<Future<?>> sent = new ArrayList<>();
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    final List<Ledger> published = Collections.synchronizedList(new ArrayList<>());
    ProtocolObserver observer = ProtocolObserver.NONE;
    int slotPartitions = 2;

    /** Into a repository in memory, which outlives the ingests that close it. */
    RunningIngest(LocalBroker broker, RegistryServer registry, Path folder, String name) throws Exception {
        this(broker, registry, folder, name, inMemory(name));
    }

    private static Supplier<Storage> inMemory(String name) {
        Storage storage = new InMemoryStorage(name, InstantSource.system());
        return () -> storage;
    }

    /** Into a repository that is opened anew each time. */
    RunningIngest(LocalBroker broker, RegistryServer registry, Path folder, String name, Supplier<Storage> storage)
            throws Exception {
        this.broker = broker;
        this.registry = registry;
        this.folder = folder;
        this.name = name;
        this.storage = storage;
        this.producer = new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer());
        try (Cluster cluster = Cluster.at(Map.of("bootstrap.servers", broker.bootstrapServers()), PATIENCE)) {
            cluster.createTopic(new NewTopic(name, PARTITIONS, (short) 1));
        }
        new HttpRegistryClient(registrySettings(), InstantSource.system())
                .register(RegistryClient.valueSubject(name), TestRecords.SCHEMA);
    }

    Map<String, Object> kafka() {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private RegistrySettings registrySettings() {
        return new RegistrySettings(List.of(registry.url()), Map.of(), Duration.ofSeconds(2));
    }

    IngestConfig config(String member, Map<String, String> streams) {
        return TestIngest.config(
                name,
                broker.bootstrapServers(),
                registrySettings(),
                folder.resolve(name).resolve(member),
                streams,
                slotPartitions);
    }

    IngestApplication start(String member, RunOptions options) {
        return start(config(member, Map.of()), options);
    }

    IngestApplication start(IngestConfig config, RunOptions options) {
        IngestApplication application = IngestApplication.start(config, options, wiring());
        applications.add(application);
        return application;
    }

    Wiring wiring() {
        return new Wiring(settings -> storage.get(), observer, InstantSource.system(), listener());
    }

    private IngestListener listener() {
        return new IngestListener() {
            @Override
            public void published(Ledger ledger, long windows) {
                published.add(ledger);
            }

            @Override
            public void tagged(LocalDate day, String tag, SnapshotId snapshot) {
                told.add("tagged " + tag);
            }

            @Override
            public void warned(String message) {
                told.add("warned " + message);
            }

            @Override
            public void halted(String reason) {
                told.add("halted " + reason);
            }

            @Override
            public void waiting(String what) {
                told.add("waiting for " + what);
            }
        };
    }

    RunningIngest produce(int partition, long minutes, String station, double value) {
        return produce(partition, TestRecords.encode(minutes, station, value));
    }

    RunningIngest produce(int partition, byte[] value) {
        return send(new ProducerRecord<>(name, partition, "key".getBytes(UTF_8), value));
    }

    private RunningIngest send(ProducerRecord<byte[], byte[]> record) {
        sent.add(producer.send(record));
        return this;
    }

    RunningIngest flush() {
        producer.flush();
        for (Future<?> each : sent) {
            try {
                each.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError("A record was not produced. " + broker.describe(), e);
            }
        }
        sent.clear();
        return this;
    }

    /** Observations in the order of time but for some minutes; the newest one of a cell is expected. */
    double[] produceRandom(Random random, int count, int minutes) {
        return produceRandom(random, count, 0, minutes);
    }

    double[] produceRandom(Random random, int count, int fromMinutes, int toMinutes) {
        double[] expected = new double[(toMinutes / 20 + 1) * TestIngest.STATIONS.size()];
        Arrays.fill(expected, Double.NaN);
        long timestamp = 1_000_000;
        for (int i = 0; i < count; i++) {
            int minute = fromMinutes + (int) ((long) i * (toMinutes - fromMinutes) / count);
            int station = random.nextInt(TestIngest.STATIONS.size());
            double value = random.nextInt(1_000);
            byte[] bytes = TestRecords.encode(minute, TestIngest.STATIONS.get(station), value);
            send(new ProducerRecord<>(name, random.nextInt(PARTITIONS), timestamp++, null, bytes));
            expected[minute / 20 * TestIngest.STATIONS.size() + station] = value;
        }
        flush();
        return expected;
    }

    /** Compares the array at the tip; cells beyond what is expected have to be empty. */
    void requireArrayEquals(double[] expected) {
        double[] found = temp().doubles();
        for (int cell = 0; cell < found.length; cell++) {
            double wanted = cell < expected.length ? expected[cell] : Double.NaN;
            assertThat(Double.valueOf(found[cell])).as("cell %d", cell).isEqualTo(Double.valueOf(wanted));
        }
        assertThat(found.length).isGreaterThanOrEqualTo(expected.length - TestIngest.STATIONS.size());
    }

    List<List<ConsumerRecord<byte[], byte[]>>> byPartition(String topic) {
        return List.copyOf(records(topic).stream()
                .collect(Collectors.groupingBy(ConsumerRecord::partition))
                .values());
    }

    void deleteTopics(Predicate<String> which) throws Exception {
        try (Admin admin = Admin.create(kafka())) {
            List<String> topics =
                    admin.listTopics().names().get().stream().filter(which).toList();
            assertThat(topics).isNotEmpty();
            admin.deleteTopics(topics).all().get();
        }
    }

    /** Deletes the local stores of a member, as the loss of its disk does. */
    void deleteState(String member) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(name).resolve(member))) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    /** A configuration whose broker is not there. */
    IngestConfig unreachable() {
        return TestIngest.config(
                name, "127.0.0.1:1", registrySettings(), folder.resolve(name), Map.of(), slotPartitions);
    }

    Repository repository() {
        return Repository.open(storage.get(), RepositoryOptions.defaults());
    }

    Optional<Ledger> ledger() {
        try (Repository repository = repository()) {
            return new SliceCommitter(
                            repository, config("any", Map.of()), ProtocolObserver.NONE, InstantSource.system())
                    .findLedger();
        }
    }

    /** The array as it is at the tip: slots by stations. */
    NdArray temp() {
        try (Repository repository = repository()) {
            return ZarrArray.open(repository.readonlySession(Version.branch("main")), NodePath.of("/temp"))
                    .readAll();
        }
    }

    double at(long minutes, String station) {
        return temp().doubles()[
                (int) (minutes / 20) * TestIngest.STATIONS.size() + TestIngest.STATIONS.indexOf(station)];
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Object> properties = kafka();
        properties.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    /** Waits for a condition that another thread or process brings about. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(40));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("Not within 40 s: " + what + "; ledger " + ledger() + ", told " + told);
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() throws IOException {
        producer.close(Duration.ofSeconds(5));
        applications.forEach(application -> application.close(Duration.ofSeconds(10)));
    }
}
