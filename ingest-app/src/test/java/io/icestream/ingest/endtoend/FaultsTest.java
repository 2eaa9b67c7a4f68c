package io.icestream.ingest.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.IcestreamException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall;
import io.icestream.engine.testing.UsesShared;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.decode.HttpRegistryClient;
import io.icestream.ingest.decode.RegistryClient;
import io.icestream.ingest.lifecycle.IngestApplication;
import io.icestream.ingest.lifecycle.RunOptions;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What is around the ingest fails: it says what is wrong and where, waits where waiting helps, and in the end nothing
 * is lost. What fails in a test is that test's own; the rest is shared, and the tests mostly wait.
 */
@UsesShared
@Execution(ExecutionMode.CONCURRENT)
class FaultsTest {

    private static final long SEED = 5;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static LocalBroker broker;

    private static final RegistryServer REGISTRY = RegistryServer.start();
    private static final Weather WEATHER = Weather.load();

    private final RunEvents events = new RunEvents();

    @BeforeAll
    static void start() {
        broker = LocalBroker.start(folder.resolve("broker"));
    }

    @AfterAll
    static void stop() {
        broker.close();
        REGISTRY.close();
    }

    @Test
    void aFullDiskHoldsCommitsUpUntilThereIsSpace() throws InterruptedException {
        WeatherIngest ingest = ingest("full-disk");
        ingest.produce(WEATHER.days(0, 2), SEED);
        FaultInjectingStorage[] disk = new FaultInjectingStorage[1];
        Wiring wiring = new Wiring(
                settings -> disk[0] = new FaultInjectingStorage(Stores.open(settings.location())),
                ProtocolObserver.NONE,
                InstantSource.system(),
                events);
        IngestApplication application = IngestApplication.start(ingest.config(), RunOptions.CONTINUOUS, wiring);
        try (application) {
            awaitClosed(0, 40);
            disk[0].follow(FaultScript.always(FaultsTest::takesSpace, Fault.DISK_FULL));
            int full = events.mark();
            ingest.produce(WEATHER.days(2, 4), SEED);
            assertThat(events.await(full, "waiting", event -> event.startsWith("waiting")))
                    .contains("repository", ingest.repository().toString(), "no space is left");
            int free = events.mark();
            assertThat(events.all().subList(full, free)).noneMatch(event -> event.startsWith("published"));
            disk[0].follow(FaultScript.NO_FAULTS);
            events.await(free, "resumed", event -> event.startsWith("resumed"));
            awaitClosed(free, 88);
        }
        finish(ingest, 4);
    }

    private static boolean takesSpace(StorageCall call) {
        return call.operation().isWrite() && call.operation() != StorageCall.Operation.DELETE;
    }

    @Test
    void brokersThatAreAwayAreWaitedFor() throws Exception {
        Path data = folder.resolve("second-broker");
        WeatherIngest ingest;
        try (LocalBroker first = LocalBroker.start(data)) {
            ingest = WeatherIngest.on(first, REGISTRY, "no-broker", folder);
            ingest.produce(WEATHER.days(0, 1), SEED);
        }
        CompletableFuture<IngestApplication> starting =
                CompletableFuture.supplyAsync(() -> ingest.start(RunOptions.CONTINUOUS, events));
        assertThat(events.await(0, "waiting", event -> event.startsWith("waiting")))
                .contains("Kafka brokers at " + ingest.broker());
        IngestApplication application;
        int killed;
        try (LocalBroker second = LocalBroker.start(data)) {
            application = starting.get(60, TimeUnit.SECONDS);
            events.await(0, "resumed", event -> event.startsWith("resumed"));
            awaitClosed(0, 16);
            killed = events.mark();
            second.kill();
        }
        assertThat(events.await(killed, "waiting", event -> event.startsWith("waiting")))
                .contains("Kafka brokers at " + ingest.broker());
        int back = events.mark();
        try (LocalBroker third = LocalBroker.start(data)) {
            assertThat(third.bootstrapServers()).isEqualTo(ingest.broker());
            try (application) {
                events.await(back, "resumed", event -> event.startsWith("resumed"));
                ingest.produce(WEATHER.days(1, 3), SEED);
                awaitClosed(back, 64);
            }
            finish(ingest, 3);
        }
    }

    /**
     * The producer has a registry of its own with the same schemas, so that it can send a schema which the ingest has
     * not seen while the ingest's registry is away.
     */
    @Test
    void aRegistryThatIsAwayIsWaitedForAndMakesNoDeadLetter() throws Exception {
        try (RegistryServer registry = RegistryServer.start();
                RegistryServer producers = RegistryServer.start()) {
            WeatherIngest ingest = WeatherIngest.on(broker, registry, "no-registry", folder);
            Path second = ingest.schema("Another edition");
            WeatherIngest producer = new WeatherIngest(ingest.broker(), producers, ingest.id(), ingest.folder());
            register(ingest, ingest.schema("Weather"), second);
            producer.produce(WEATHER.days(0, 2), SEED);
            IngestApplication application = ingest.start(RunOptions.CONTINUOUS, events);
            try (application) {
                awaitClosed(0, 40);
                registry.become(RegistryServer.Mode.UNAVAILABLE);
                int away = events.mark();
                producer.produce(WEATHER.days(2, 4), SEED, second);
                assertThat(events.await(away, "waiting", event -> event.startsWith("waiting")))
                        .contains("schema registry at", registry.url().toString());
                int back = events.mark();
                registry.become(RegistryServer.Mode.ANSWERING);
                awaitClosed(back, 88);
            }
            finish(ingest, 4);
        }
    }

    private static void register(WeatherIngest ingest, Path... schemas) throws IOException {
        HttpRegistryClient client = new HttpRegistryClient(ingest.config().registry(), InstantSource.system());
        for (Path schema : schemas) {
            client.register(
                    RegistryClient.valueSubject(ingest.id()), new Schema.Parser().parse(Files.readString(schema)));
        }
    }

    @Test
    void aMissingTopicIsNamedAndWaitedFor() throws Exception {
        WeatherIngest ingest = ingest("no-topic");
        CompletableFuture<IngestApplication> starting =
                CompletableFuture.supplyAsync(() -> ingest.start(RunOptions.TO_END, events));
        assertThat(events.await(0, "waiting", event -> event.startsWith("waiting")))
                .contains("topic 'no-topic'", broker.bootstrapServers(), "does not exist", "create it");
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> starting.get(100, TimeUnit.MILLISECONDS));
        ingest.produce(WEATHER.days(0, 1), SEED);
        try (IngestApplication application = starting.get(60, TimeUnit.SECONDS)) {
            application.awaitEnd();
        }
        finish(ingest, 1);
    }

    @Test
    void aDamagedObjectIsNamed() throws Exception {
        WeatherIngest ingest = ingest("damaged");
        ingest.produce(WEATHER.days(0, 1), SEED);
        Ledger ledger = ingest.runToEnd(events).ledger().orElseThrow();
        Path snapshot =
                ingest.repository().resolve("snapshots").resolve(ledger.id().toString());
        byte[] whole = Files.readAllBytes(snapshot);
        byte[] damaged = whole.clone();
        damaged[damaged.length / 2] ^= 0x55;
        Files.write(snapshot, damaged);
        ingest.produce(WEATHER.days(1, 2), SEED);

        assertThat(messageOfRun(ingest)).contains("snapshots/" + ledger.id());
        Files.write(snapshot, whole);
        finish(ingest, 2);
    }

    @Test
    void aFolderThatIsNoRepositoryIsRefused() throws Exception {
        WeatherIngest ingest = ingest("no-repository");
        ingest.produce(WEATHER.days(0, 1), SEED);
        Path note = Files.createDirectories(ingest.repository()).resolve("note.txt");
        Files.writeString(note, "mine");

        assertThat(messageOfRun(ingest)).contains(ingest.repository().toString());
        assertThat(Files.readString(note)).isEqualTo("mine");
        assertThat(ingest.repository().toFile().list()).containsExactly("note.txt");
    }

    @Test
    void anAbsentRepositoryIsNotMadeIfItMustNotBe() {
        WeatherIngest ingest = ingest("absent");
        ingest.produce(WEATHER.days(0, 1), SEED);

        assertThatExceptionOfType(IcestreamException.class)
                .isThrownBy(() -> ingest.runToEnd(events, "repository.create-if-missing=false"))
                .withMessageContaining(ingest.repository().toString());
        assertThat(ingest.repository()).doesNotExist();
    }

    /** How a run that cannot work ends: by an exception at its start, or by a halt. */
    private String messageOfRun(WeatherIngest ingest) throws InterruptedException {
        try {
            RunSummary summary = ingest.runToEnd(events);
            return summary.halted().orElse("ended well");
        } catch (IcestreamException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static WeatherIngest ingest(String id) {
        return WeatherIngest.on(broker, REGISTRY, id, folder);
    }

    /** Waits until so many windows are published. */
    private void awaitClosed(int mark, int hours) {
        events.await(
                mark,
                hours + " closed",
                event -> event.startsWith("published")
                        && Integer.parseInt(event.substring(event.lastIndexOf(' ') + 1)) >= hours);
    }

    /** Publishes the rest and checks that nothing is missing. */
    private void finish(WeatherIngest ingest, int days) throws InterruptedException {
        RunSummary summary = ingest.runToEnd(events);
        assertThat(summary.halted()).isEmpty();
        Ledger ledger = new RepositoryAudit(ingest.repository(), ingest.id(), WEATHER).checkEnd(days * 24);
        ingest.checkCounts(ledger);
        assertThat(ingest.deadLetters()).isEmpty();
    }
}
