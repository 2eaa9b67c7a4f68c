package io.icestream.ingest.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import io.icestream.ingest.cli.CommandRun;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.TopicReader;
import io.icestream.ingest.config.RegistrySettings;
import io.icestream.ingest.decode.AvroWire;
import io.icestream.ingest.decode.HttpRegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceTest {

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static LocalBroker broker;

    private static final RegistryServer REGISTRY = RegistryServer.start();

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
    void sendsAFileAsAvroWithKeysAndMissingValues() throws IOException {
        Path file =
                write("a.csv", "station,when,temp,note\nA,2013-01-01T06:00:00Z,1.5,x\nB,2013-01-01T06:00:00Z,NA,\n");
        CommandRun run = produce(
                file, "small", "--create", "--partitions", "3", "--key", "station", "--time", "when", "--null", "NA");
        assertThat(run).as(run.err()).extracting(CommandRun::exitCode).isEqualTo(ExitCode.OK);
        assertThat(run.out()).startsWith("Sent 2 records of 2 rows to 'small'");
        List<GenericRecord> values = values(records("small"));
        assertThat(values)
                .extracting(GenericRecord::toString)
                .containsExactlyInAnyOrder(
                        "{\"station\": \"A\", \"when\": 1357020000000000, \"temp\": 1.5, \"note\": \"x\"}",
                        "{\"station\": \"B\", \"when\": 1357020000000000, \"temp\": null, \"note\": null}");
        assertThat(produce(file, "small", "--key", "station", "--time", "when", "--null", "NA", "--json")
                        .out())
                .contains("\"records\":2", "\"badLines\":0");
    }

    @Test
    void namesBadLinesAndSendsNothing() throws IOException {
        Path file = write("bad.csv", "station,when,temp\nA,2013-01-01T06:00:00Z,1\nA,soon,2\nA\n");
        CommandRun run = produce(file, "bad", "--create", "--time", "when");
        assertThat(run.exitCode()).isEqualTo(ExitCode.INVALID);
        assertThat(run.err())
                .contains(
                        "2 bad lines, nothing was sent",
                        "bad.csv line 3",
                        "'soon' is no time",
                        "bad.csv line 4: 1 columns")
                .doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
        CommandRun skipping = produce(file, "bad", "--create", "--time", "when", "--on-bad-line", "skip");
        assertThat(skipping.exitCode()).as(skipping.err()).isEqualTo(ExitCode.OK);
        assertThat(skipping.err()).contains("leaving out 2 bad lines");
        assertThat(records("bad")).hasSize(1);
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path file = write("c.csv", "a\n1\n");
        CommandRun topic = produce(file, "absent");
        assertThat(topic.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(topic.err()).contains("no topic 'absent'", "--create");
        CommandRun column = produce(file, "absent", "--key", "station");
        assertThat(column.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(column.err()).contains("--key: no column 'station'", "it has a");
        assertThat(produce(folder.resolve("no.csv"), "absent").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        CommandRun registry = CommandRun.of(
                "produce",
                file.toString(),
                "-t",
                "c",
                "--create",
                "-b",
                broker.bootstrapServers(),
                "--registry",
                "http://127.0.0.1:1");
        assertThat(registry.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(registry.err()).startsWith("error: ").contains("127.0.0.1:1");
    }

    @Test
    void refusesASchemaThatTheRegistryRefuses() throws IOException {
        assertThat(produce(write("d.csv", "a\n1\n"), "evolving", "--create").exitCode())
                .isEqualTo(ExitCode.OK);
        CommandRun run = produce(write("e.csv", "a,k\ntext,1\n"), "evolving", "--key", "k");
        assertThat(run.exitCode()).isEqualTo(ExitCode.INVALID);
        assertThat(run.err()).contains("not compatible");
    }

    @Test
    void showsTheInferredSchemaWithoutConnecting() throws IOException {
        Path file = write("f.jsonl", "{\"a\": 1}\n{\"a\": 2.5, \"b\": true}\n");
        CommandRun run = CommandRun.of("produce", file.toString(), "-t", "f", "--dry-run", "--json");
        assertThat(run.out())
                .isEqualTo(
                        "{\"type\":\"record\",\"name\":\"f\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",\"double\"],"
                                + "\"default\":null},{\"name\":\"b\",\"type\":[\"null\",\"boolean\"],\"default\":null}]}"
                                + System.lineSeparator());
    }

    @Test
    @UsesShared
    void sendsRealWeatherOutOfOrderWithinTheBoundAndPartlyTwice() {
        Path weather = SharedFolder.path().resolve("data/nycflights13-weather/weather.csv");
        CommandRun run = produce(
                weather,
                "weather",
                "--create",
                "--partitions",
                "3",
                "--key",
                "origin",
                "--time",
                "time_hour",
                "--null",
                "NA",
                "--shuffle",
                "6h",
                "--repeat",
                "5",
                "--seed",
                "11");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
        List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> records = records("weather");
        assertThat(records.size() - 26_115).isBetween(1_100, 1_500);
        Set<String> distinct = new HashSet<>();
        Map<Integer, Long> latest = new java.util.HashMap<>();
        List<GenericRecord> values = values(records);
        for (int i = 0; i < values.size(); i++) {
            GenericRecord value = values.get(i);
            long time = (long) value.get("time_hour");
            long seen = latest.merge(records.get(i).partition(), time, Math::max);
            assertThat(seen - time).isLessThan(Duration.ofHours(6).toMillis() * 1000);
            distinct.add(value.get("origin") + "@" + time);
            assertThat(new String(
                            java.util.Objects.requireNonNull(records.get(i).key()), UTF_8))
                    .isEqualTo(value.get("origin").toString());
        }
        assertThat(distinct).hasSize(26_115);
    }

    private static CommandRun produce(Path file, String topic, String... options) {
        List<String> all = new ArrayList<>(List.of("produce", file.toString(), "--topic", topic));
        all.addAll(List.of(
                "-b", broker.bootstrapServers(), "--registry", REGISTRY.url().toString()));
        all.addAll(List.of(options));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> records(String topic) {
        List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> records = new ArrayList<>();
        assertThat(new TopicReader(Map.of("bootstrap.servers", broker.bootstrapServers()), topic).readAll(records::add))
                .isTrue();
        return records;
    }

    private static List<GenericRecord> values(List<ConsumerRecord<byte @Nullable [], byte @Nullable []>> records) {
        HttpRegistryClient registry = new HttpRegistryClient(
                new RegistrySettings(List.of(REGISTRY.url()), Map.of(), Duration.ofSeconds(5)), InstantSource.system());
        return records.stream()
                .map(read -> AvroWire.decode(java.util.Objects.requireNonNull(read.value()), registry))
                .toList();
    }
}
