package io.icestream.demo;

import io.icestream.demo.SyntheticWeather.Variable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The configuration file of the demo's ingest. */
final class DemoConfig {

    /** The topic of the observations. */
    static final String TOPIC = "observations";

    /** Partitions of that topic. */
    static final int PARTITIONS = 3;

    /** First simulated day. */
    static final LocalDate FIRST_DAY = LocalDate.of(2025, 6, 1);

    /** What one commit publishes. */
    static final Duration WINDOW = Duration.ofHours(2);

    private DemoConfig() {}

    /** {@return the first simulated minute, since 1970} */
    static long firstMinute() {
        return FIRST_DAY.atStartOfDay(ZoneOffset.UTC).toEpochSecond() / 60;
    }

    /**
     * Writes the file.
     *
     * @param folder where
     * @param bootstrapServers address of the broker
     * @param registry address of the registry
     */
    static void write(DemoFolder folder, String bootstrapServers, URI registry) throws IOException {
        Files.writeString(folder.config(), """
                # Configuration of the demo's ingest. Each start of the demo writes it anew, because the ports may change.
                id: demo
                repository:
                  location: %s
                kafka:
                  properties:
                    bootstrap.servers: %s
                  streams:
                    commit.interval.ms: 200
                schema-registry:
                  urls: [%s]
                dataset:
                  topics: [%s]
                  attributes:
                    title: Synthetic weather of invented stations
                    source: Icestream demo
                  time:
                    field: time
                    origin: %sT00:00:00Z
                    step: %dm
                  stations:
                    field: station
                    labels: %s
                    latitude: %s
                    longitude: %s
                  variables:
                %s  window: %dh
                  chunk:
                    duration: 1d
                watermark:
                  max-out-of-orderness: 15m
                  idle-timeout: 30s
                late:
                  horizon: 12h
                state-directory: %s
                """.formatted(
                        quoted(folder.repository().toString()),
                        quoted(bootstrapServers),
                        quoted(registry.toString()),
                        TOPIC,
                        FIRST_DAY,
                        Feed.STEP_MINUTES,
                        list(Station::label),
                        list(Station::latitude),
                        list(Station::longitude),
                        variables(),
                        WINDOW.toHours(),
                        quoted(folder.state().toString())));
    }

    private static String variables() {
        return Arrays.stream(Variable.values())
                .map(variable -> "    - {name: %s, field: values.%s, type: float64, units: %s, standard-name: %s}%n"
                        .formatted(
                                variable.label(), variable.label(), quoted(variable.units()), variable.standardName()))
                .collect(Collectors.joining());
    }

    private static String list(Function<Station, Object> property) {
        List<Object> all = Station.NETWORK.stream().map(property).toList();
        return all.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
