package io.icestream.ingest.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.ingest.cli.CommandRun;
import io.icestream.ingest.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestVerbsTest {

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
    void takesAFileFromProduceToArraysAndTellsHowThingsStand() throws IOException {
        Path config = config("hourly", broker.bootstrapServers());
        CommandRun early = CommandRun.of("validate-config", "-f", config.toString());
        assertThat(early.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(early.out())
                .contains(
                        "ok    brokers", "FAIL  topic hourly", "does not exist", "ok    repository", "will be created");

        assertThat(produce("hourly", observations()).exitCode()).isEqualTo(ExitCode.OK);
        CommandRun valid = CommandRun.of("validate-config", "-f", config.toString());
        assertThat(valid.exitCode()).as(valid.out()).isEqualTo(ExitCode.OK);
        assertThat(valid.out())
                .contains("has all mapped fields", "2 partitions")
                .doesNotContain("FAIL");

        CommandRun run = CommandRun.of("run", "-f", config.toString(), "--until-end");
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains("tag daily-2024-03-01 on snapshot", "48 rows accepted, 0 late ones and 1 bad records not");
        assertThat(run.err()).isEmpty();

        CommandRun status = CommandRun.of("status", "-f", config.toString());
        assertThat(status.exitCode()).as(status.err()).isEqualTo(ExitCode.OK);
        assertThat(status.out())
                .contains(
                        "published to  2024-03-02T00:00:00Z",
                        "lag           0 records",
                        "48 accepted",
                        "1 bad",
                        "hourly-1");
        assertThat(CommandRun.of("status", "-f", config.toString(), "--json").out())
                .contains("\"lag\":0", "\"ledger\":{");

        CommandRun letters = CommandRun.of("dlq", "list", "-f", config.toString());
        assertThat(letters.out()).contains("UNKNOWN_STATION", "hourly-", "'X' is not on the axis");
        assertThat(letters.err()).contains("1 dead letters: {UNKNOWN_STATION=1}");
        assertThat(CommandRun.of("dlq", "list", "-f", config.toString(), "--reason", "late", "--json")
                        .out()
                        .strip())
                .isEqualTo("[]");

        CommandRun again = CommandRun.of("reinit", "-f", config.toString());
        assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.OK);
        CommandRun rerun = CommandRun.of("run", "-f", config.toString(), "--until-end", "--json");
        assertThat(rerun.exitCode()).as(rerun.out() + rerun.err()).isEqualTo(ExitCode.OK);
        assertThat(rerun.out()).contains("\"event\":\"ended\"", "\"accepted\":0,\"dead\":0,\"bad\":0");
    }

    @Test
    void refusesASchemaWithoutAMappedField() throws IOException {
        Path config = config("unmapped", broker.bootstrapServers());
        assertThat(produce("unmapped", "station,time,pressure\nA,2024-03-01T00:00:00Z,1\n")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        CommandRun run = CommandRun.of("validate-config", "-f", config.toString(), "--json");
        assertThat(run.exitCode()).isEqualTo(ExitCode.INVALID);
        assertThat(run.out()).contains("'unmapped-value'", "temp", "\"ok\":false");
    }

    @Test
    void namesEveryProblemOfAConfigurationAndSuggestsTheNearestKey() throws IOException {
        Path config = config("typo", broker.bootstrapServers());
        Files.writeString(config, Files.readString(config).replace("window:", "windw:"));
        CommandRun run = CommandRun.of("run", "-f", config.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.INVALID);
        assertThat(run.err())
                .startsWith("error: Invalid configuration")
                .contains("windw", "window")
                .doesNotContain("\tat ");
        assertThat(CommandRun.of("status", "-f", folder.resolve("none.yaml").toString())
                        .exitCode())
                .isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void saysThatNoBrokerAnswers() throws IOException {
        Path config = config("offline", "127.0.0.1:1");
        CommandRun run = CommandRun.of("validate-config", "-f", config.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.out())
                .contains("FAIL  brokers", "No Kafka broker answers at 127.0.0.1:1")
                .doesNotContain("topic");
    }

    private static CommandRun produce(String topic, String csv) throws IOException {
        Path file = Files.writeString(folder.resolve(topic + ".csv"), csv);
        List<String> command = new ArrayList<>(List.of("produce", file.toString(), "-t", topic));
        command.addAll(List.of(
                "-b", broker.bootstrapServers(), "--registry", REGISTRY.url().toString()));
        command.addAll(List.of("--create", "--partitions", "2", "--key", "station", "--time", "time"));
        return CommandRun.of(command.toArray(String[]::new));
    }

    /** A day of two stations, and a station that is not on the axis. */
    private static String observations() {
        StringBuilder csv = new StringBuilder("station,time,temp\n");
        for (int hour = 0; hour < 24; hour++) {
            csv.append("A,2024-03-01T%02d:00:00Z,%d.5\n".formatted(hour, hour));
            csv.append("B,2024-03-01T%02d:00:00Z,%d.25\n".formatted(hour, hour));
        }
        return csv.append("X,2024-03-01T12:00:00Z,1.5\n").toString();
    }

    private static Path config(String id, String bootstrapServers) throws IOException {
        Path home = Files.createDirectories(folder.resolve(id));
        return Files.writeString(home.resolve("ingest.yaml"), """
                id: %s
                repository: {location: "%s"}
                kafka: {properties: {bootstrap.servers: "%s"}, slot-partitions: 2}
                schema-registry: {urls: ["%s"]}
                dataset:
                  topics: [%s]
                  time: {field: time, origin: "2024-03-01T00:00:00Z", step: 1h}
                  stations: {field: station, labels: [A, B]}
                  variables: [{name: temp, field: temp, type: float64}]
                  window: 6h
                  chunk: {duration: 1d}
                watermark: {max-out-of-orderness: 1h}
                state-directory: "%s"
                """.formatted(
                        id, home.resolve("repository"), bootstrapServers, REGISTRY.url(), id, home.resolve("state")));
    }
}
