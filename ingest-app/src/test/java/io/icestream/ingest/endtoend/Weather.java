package io.icestream.ingest.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.testing.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Hourly weather at three airports, as the shared folder has it, and the dense arrays (hour, station) that it must
 * become. Hours are counted from {@link #ORIGIN}.
 *
 * @param rows the observations by time, those of one hour in the order of the stations
 */
record Weather(List<Row> rows) {

    static final Instant ORIGIN = Instant.parse("2013-01-01T00:00:00Z");
    static final List<String> STATIONS = List.of("EWR", "JFK", "LGA");
    static final List<String> VARIABLES =
            List.of("temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib");

    /** Days from {@link #ORIGIN} to the end of the last one in the file. */
    static final int DAYS = 364;

    /** First hour that has observations; the arrays that the facts describe begin here. */
    static final int FIRST_HOUR = 6;

    private static final String HEADER =
            "origin,year,month,day,hour,temp,dewp,humid,wind_dir,wind_speed,wind_gust,precip,pressure,visib,time_hour";
    private static final List<String> COLUMNS = List.of(HEADER.split(",", -1));

    Weather {
        rows = List.copyOf(rows);
    }

    /**
     * One observation.
     *
     * @param hour its place on the time axis
     * @param station its place on the station axis
     * @param values one for each of {@link #VARIABLES}, NaN where there is none
     * @param line the line of the file
     */
    record Row(int hour, int station, List<Double> values, String line) {

        static Row parse(String line) {
            List<String> cells = List.of(line.split(",", -1));
            Instant time = Instant.parse(cells.get(COLUMNS.indexOf("time_hour")));
            return new Row(
                    hourOf(time),
                    STATIONS.indexOf(cells.get(0)),
                    VARIABLES.stream()
                            .map(name -> value(cells.get(COLUMNS.indexOf(name))))
                            .toList(),
                    line);
        }

        private static double value(String cell) {
            return cell.equals("NA") ? Double.NaN : Double.parseDouble(cell);
        }
    }

    static Path file() {
        return SharedFolder.path("data", "nycflights13-weather", "weather.csv");
    }

    static JsonNode facts() {
        try {
            return new ObjectMapper()
                    .readTree(file().resolveSibling("facts.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Weather load() {
        try (Stream<String> lines = Files.lines(file())) {
            List<Row> rows = new ArrayList<>(lines.skip(1).map(Row::parse).toList());
            rows.sort((a, b) -> a.hour() != b.hour()
                    ? Integer.compare(a.hour(), b.hour())
                    : Integer.compare(a.station(), b.station()));
            return new Weather(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int hourOf(Instant time) {
        return Math.toIntExact(Duration.between(ORIGIN, time).toHours());
    }

    static LocalDate dayOf(int hour) {
        return LocalDate.ofInstant(ORIGIN.plus(Duration.ofHours(hour)), ZoneOffset.UTC);
    }

    /** The observations of some days, the first of which is day 0 of the axis. */
    Weather days(int from, int to) {
        return new Weather(rows.stream()
                .filter(row -> row.hour() >= from * 24 && row.hour() < to * 24)
                .toList());
    }

    /** The file with these rows only. */
    Path write(Path csv) {
        try {
            List<String> lines = new ArrayList<>(List.of(HEADER));
            rows.forEach(row -> lines.add(row.line()));
            return Files.write(csv, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Dense values of a variable, hour by hour, NaN where there is no observation. */
    double[] dense(String variable, int hours) {
        double[] values = new double[hours * STATIONS.size()];
        Arrays.fill(values, Double.NaN);
        int column = VARIABLES.indexOf(variable);
        for (Row row : rows) {
            if (row.hour() < hours) {
                values[row.hour() * STATIONS.size() + row.station()] =
                        row.values().get(column);
            }
        }
        return values;
    }

    /** Digest of values as little-endian float64. */
    static String checksum(double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
