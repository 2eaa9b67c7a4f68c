package io.icestream.ingest.topology;

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
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small ingest for tests: hourly windows of 20-minute slots, chunks of four hours and two stations, one variable, days in UTC, one minute
 * of disorder, a horizon of eight hours.
 */
public final class TestIngest {

    /** Slot 0. */
    public static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    /** Names of the stations. */
    public static final List<String> STATIONS = List.of("A", "B", "C");

    private TestIngest() {}

    /** A configuration that needs no broker: one partition of each topic. */
    public static IngestConfig config() {
        RegistrySettings registry =
                new RegistrySettings(List.of(URI.create("http://127.0.0.1:1")), Map.of(), Duration.ofSeconds(1));
        return config("observations", "unused:1", registry, Path.of("unused"), Map.of(), 1);
    }

    /** A configuration for a broker; the topic gives its name to the ingest. */
    public static IngestConfig config(
            String topic,
            String brokers,
            RegistrySettings registry,
            Path state,
            Map<String, String> streams,
            int slotPartitions) {
        return new IngestConfig(
                "test-" + topic,
                new RepositorySettings("memory", "main", true),
                new KafkaSettings(Map.of("bootstrap.servers", brokers), streams, slotPartitions, (short) -1, 1),
                registry,
                dataset(topic),
                new WatermarkSettings(Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofMinutes(10)),
                new LateSettings(LateSettings.Policy.REVISE, Duration.ofHours(8)),
                new CommitSettings(100, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofHours(1)),
                new ErrorSettings(ErrorSettings.Tolerance.ALL, Optional.empty(), ErrorSettings.OnLedgerRollback.FAIL),
                new TagSettings(true, "daily-{date}"),
                state);
    }

    private static DatasetSettings dataset(String topic) {
        return new DatasetSettings(
                List.of(topic),
                "/",
                Map.of(),
                new TimeAxis(
                        "time",
                        "time",
                        TimeAxis.TimeFormat.AUTO,
                        ORIGIN,
                        Duration.ofMinutes(20),
                        TimeAxis.Rounding.FLOOR,
                        new CfTimeUnits(CfTimeUnits.Unit.SECONDS, Instant.EPOCH)),
                new StationAxis("station", "station", STATIONS, Optional.empty()),
                Optional.empty(),
                List.of(new VariableSettings(
                        "temp",
                        "temp",
                        VariableSettings.CellType.FLOAT64,
                        Double.NaN,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of())),
                Duration.ofHours(1),
                Duration.ofHours(4),
                2,
                ZoneOffset.UTC);
    }

    /** The instant that lies so many minutes after slot 0. */
    public static Instant minute(long minutes) {
        return ORIGIN.plus(Duration.ofMinutes(minutes));
    }
}
