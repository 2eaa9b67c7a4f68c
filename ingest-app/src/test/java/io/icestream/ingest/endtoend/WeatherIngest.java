package io.icestream.ingest.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.ingest.cli.CommandRun;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.cli.TopicReader;
import io.icestream.ingest.config.ConfigLoader;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.lifecycle.IngestApplication;
import io.icestream.ingest.lifecycle.RunOptions;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.topology.DeadLetter;
import io.icestream.ingest.topology.IngestListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An ingest of the weather on a broker: its configuration, and what tests do with it. A record is late by six hours
 * of event time at most.
 *
 * @param broker where its topics are
 * @param registry where its schema is
 * @param id its id, and the name of its topic and folder
 * @param folder where its repository and state are
 */
record WeatherIngest(String broker, RegistryServer registry, String id, Path folder) {

    static final int PARTITIONS = 4;

    /** Key of records that are no observations, so that they lie among those of a station. */
    private static final byte[] STATION = "EWR".getBytes(UTF_8);

    /** Rows of the file by the station and hour they are of, disordered and some of them twice. */
    private static final List<String> DISORDER = List.of("--shuffle", "6h", "--repeat", "5");

    static WeatherIngest on(LocalBroker broker, RegistryServer registry, String id, Path parent) {
        try {
            return new WeatherIngest(
                    broker.bootstrapServers(), registry, id, Files.createDirectories(parent.resolve(id)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path repository() {
        return folder.resolve("repository");
    }

    /** Settings that every test here starts from. */
    private String yaml() {
        StringBuilder yaml = new StringBuilder("""
                id: %s
                repository: {location: %s}
                kafka: {properties: {bootstrap.servers: "%s"}, slot-partitions: 2}
                schema-registry: {urls: ["%s"]}
                dataset:
                  topics: [%s]
                  attributes: {title: Hourly weather at three airports}
                  time: {field: time_hour, origin: "2013-01-01T00:00:00Z", step: 1h}
                  stations: {field: origin, labels: [EWR, JFK, LGA]}
                  window: 1h
                  chunk: {duration: 8d, stations: 1}
                  variables:
                """.formatted(id, repository(), broker, registry.url(), id));
        for (String variable : Weather.VARIABLES) {
            String units =
                    Weather.facts().at("/variables/" + variable + "/units").textValue();
            yaml.append("    - {name: %s, field: %s, units: \"%s\"}\n".formatted(variable, variable, units));
        }
        return yaml.append("""
                watermark: {max-out-of-orderness: 6h, idle-timeout: 10m}
                late: {horizon: 2d}
                state-directory: %s
                """.formatted(folder.resolve("state"))).toString();
    }

    Path configFile() {
        try {
            return Files.writeString(folder.resolve("ingest.yaml"), yaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    IngestConfig config(String... overrides) {
        return ConfigLoader.load(configFile(), Map.of(), List.of(overrides));
    }

    /** Sends a file by the verb that users have for it. */
    void produce(Path csv, long seed, String... options) {
        List<String> arguments = new ArrayList<>(List.of("produce", csv.toString(), "--topic", id, "-b", broker));
        arguments.addAll(List.of("--registry", registry.url().toString(), "--create", "--partitions", "" + PARTITIONS));
        arguments.addAll(List.of("--key", "origin", "--time", "time_hour", "--null", "NA", "--seed", "" + seed));
        arguments.addAll(DISORDER);
        arguments.addAll(List.of(options));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    /** Sends observations, in the schema that the whole file has. */
    void produce(Weather weather, long seed) {
        produce(weather, seed, schema("Weather"));
    }

    /** Sends observations in a schema. */
    void produce(Weather weather, long seed, Path schema) {
        produce(weather.write(folder.resolve("rows.csv")), seed, "--schema", schema.toString());
    }

    /** The schema that the whole file has, so that files with some of its rows have it, too. */
    Path schema(String doc) {
        Path file = folder.resolve(doc.replace(' ', '-') + ".avsc");
        try {
            if (!Files.exists(file)) {
                CommandRun run = CommandRun.of(
                        "produce",
                        Weather.file().toString(),
                        "--topic",
                        "weather",
                        "--key",
                        "origin",
                        "--time",
                        "time_hour",
                        "--null",
                        "NA",
                        "--dry-run",
                        "--json");
                assertThat(run.exitCode()).as(run.err()).isZero();
                Files.writeString(file, run.out().replaceFirst("\\{", "{\"doc\":\"" + doc + "\","));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends values as they are. */
    void produceRaw(String... values) {
        Map<String, Object> properties = Map.of("bootstrap.servers", broker);
        try (KafkaProducer<byte[], byte[]> producer = producer(properties)) {
            send(producer, List.of(values));
        }
    }

    /** Sends values in a transaction that is committed, and some in one that is not. */
    void produceInTransactions(List<String> committed, List<String> aborted) {
        Map<String, Object> properties = Map.of("bootstrap.servers", broker, "transactional.id", id + "-producer");
        try (KafkaProducer<byte[], byte[]> producer = producer(properties)) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, committed);
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, aborted);
            producer.abortTransaction();
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, List<String> values) {
        List<Future<RecordMetadata>> sent = values.stream()
                .map(value -> producer.send(new ProducerRecord<>(id, STATION, value.getBytes(UTF_8))))
                .toList();
        producer.flush();
        assertThat(sent).allMatch(Future::isDone);
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Runs in this process until everything is published. */
    RunSummary runToEnd(IngestListener listener, String... overrides) throws InterruptedException {
        try (IngestApplication application = start(RunOptions.TO_END, listener, overrides)) {
            return application.awaitEnd();
        }
    }

    IngestApplication start(RunOptions options, IngestListener listener, String... overrides) {
        return IngestApplication.start(config(overrides), options, wiring(listener));
    }

    static Wiring wiring(IngestListener listener) {
        return new Wiring(
                settings -> Stores.open(settings.location()), ProtocolObserver.NONE, InstantSource.system(), listener);
    }

    /** Dead letters by reason; fails if a source record is there twice. */
    Map<String, Integer> deadLetters() {
        Map<String, String> seen = new HashMap<>();
        Map<String, Integer> byReason = new HashMap<>();
        boolean found = new TopicReader(Map.of("bootstrap.servers", broker), config().deadLetterTopic())
                .readAll(record -> {
                    Headers headers = record.headers();
                    String source = header(headers, DeadLetter.TOPIC) + "-" + header(headers, DeadLetter.PARTITION)
                            + "@" + header(headers, DeadLetter.OFFSET);
                    String reason = header(headers, DeadLetter.REASON);
                    assertThat(seen.put(source, reason))
                            .as("dead letter before for " + source)
                            .isNull();
                    byReason.merge(reason, 1, Integer::sum);
                });
        assertThat(found).isTrue();
        return byReason;
    }

    private static String header(Headers headers, String name) {
        return new String(Objects.requireNonNull(headers.lastHeader(name)).value(), UTF_8);
    }

    /** Every offset of the topic is accounted for, and every dead letter is in its topic. */
    void checkCounts(Ledger ledger) {
        Map<String, Integer> letters = deadLetters();
        assertThat(letters.values().stream().mapToInt(Integer::intValue).sum())
                .as("dead letters " + letters)
                .isEqualTo((int) (Ledger.total(ledger.dead()) + ledger.bad().sum()));
        assertThat(ledger.position().sum() - ledger.start().sum())
                .isEqualTo(Ledger.total(ledger.accepted())
                        + Ledger.total(ledger.dead())
                        + ledger.bad().sum()
                        + ledger.skipped().sum());
        assertThat(Ledger.total(ledger.accepted())).isEqualTo(Ledger.total(ledger.cells()) + ledger.superseded());
        long[] records = {0};
        new TopicReader(Map.of("bootstrap.servers", broker), id).readAll(record -> records[0]++);
        assertThat(Ledger.total(ledger.accepted())
                        + Ledger.total(ledger.dead())
                        + ledger.bad().sum())
                .as("records in the topic")
                .isEqualTo(records[0]);
    }
}
