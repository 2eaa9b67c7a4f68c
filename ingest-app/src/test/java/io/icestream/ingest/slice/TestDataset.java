package io.icestream.ingest.slice;

import io.icestream.ingest.config.CfTimeUnits;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.StationAxis;
import io.icestream.ingest.config.TimeAxis;
import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.config.VariableSettings.CellType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A data set for tests, with everything that a test does not care about set to something harmless. */
public final class TestDataset {

    private Instant origin = Instant.parse("2026-01-01T00:00:00Z");
    private Duration step = Duration.ofMinutes(1);
    private TimeAxis.Rounding rounding = TimeAxis.Rounding.EXACT;
    private TimeAxis.TimeFormat format = TimeAxis.TimeFormat.AUTO;
    private Duration window = Duration.ofHours(1);
    private Duration chunk = Duration.ofDays(1);
    private ZoneId zone = ZoneId.of("UTC");
    private String timeField = "time";
    private String stationField = "station";
    private Optional<String> versionField = Optional.empty();
    private List<String> labels = stations(10);
    private int chunkStations = 4;
    private List<VariableSettings> variables = List.of(variable("a", "a", CellType.FLOAT64));

    public static List<String> stations(int count) {
        return IntStream.range(0, count).mapToObj(i -> "ST%05d".formatted(i)).toList();
    }

    public static VariableSettings variable(String name, String field, CellType type) {
        return new VariableSettings(
                name,
                field,
                type,
                type.isFloat()
                        ? (Number) Double.NaN
                        : (Number) (-9L & (type.name().startsWith("U") ? 0x7F : -1L)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    public TestDataset origin(Instant newOrigin) {
        origin = newOrigin;
        return this;
    }

    public TestDataset grid(Duration newStep, Duration newWindow, Duration newChunk) {
        step = newStep;
        window = newWindow;
        chunk = newChunk;
        return this;
    }

    public TestDataset rounding(TimeAxis.Rounding newRounding) {
        rounding = newRounding;
        return this;
    }

    public TestDataset format(TimeAxis.TimeFormat newFormat) {
        format = newFormat;
        return this;
    }

    public TestDataset zone(ZoneId newZone) {
        zone = newZone;
        return this;
    }

    public TestDataset fields(String newTimeField, String newStationField) {
        timeField = newTimeField;
        stationField = newStationField;
        return this;
    }

    public TestDataset versionField(String field) {
        versionField = Optional.of(field);
        return this;
    }

    public TestDataset stations(List<String> newLabels, int newChunkStations) {
        labels = newLabels;
        chunkStations = newChunkStations;
        return this;
    }

    public TestDataset variables(VariableSettings... newVariables) {
        variables = new ArrayList<>(Arrays.asList(newVariables));
        return this;
    }

    public DatasetSettings build() {
        return new DatasetSettings(
                List.of("observations"),
                "/",
                Map.of(),
                new TimeAxis(
                        "time",
                        timeField,
                        format,
                        origin,
                        step,
                        rounding,
                        new CfTimeUnits(CfTimeUnits.Unit.SECONDS, Instant.EPOCH)),
                new StationAxis("station", stationField, labels, Optional.empty()),
                versionField,
                variables,
                window,
                chunk,
                chunkStations,
                zone);
    }

    public DatasetGrid grid() {
        return new DatasetGrid(build());
    }
}
