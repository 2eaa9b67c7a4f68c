package io.icestream.ingest.config;

import io.icestream.ingest.config.VariableSettings.CellType;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes a data set of settings. */
final class DatasetReader {

    private static final int DEFAULT_CHUNK_STATIONS = 100;
    private static final CfTimeUnits DEFAULT_UNITS = new CfTimeUnits(CfTimeUnits.Unit.SECONDS, Instant.EPOCH);

    private DatasetReader() {}

    static DatasetSettings read(SettingsNode group) {
        SettingsNode chunk = group.group("chunk");
        StationAxis stations = stations(group.group("stations"));
        DatasetSettings dataset = new DatasetSettings(
                topics(group),
                group.text("group").orElse("/"),
                group.attributes("attributes"),
                time(group.group("time")),
                stations,
                group.text("version-field"),
                variables(group),
                group.duration("window", null),
                chunk.duration("duration", null),
                chunk.integer(
                        "stations",
                        1,
                        Integer.MAX_VALUE,
                        Math.min(
                                DEFAULT_CHUNK_STATIONS,
                                Math.max(1, stations.labels().size()))),
                zone(group));
        chunk.finish();
        group.finish();
        NameRules.check(dataset, group);
        GridRules.check(dataset, group);
        return dataset;
    }

    private static List<String> topics(SettingsNode group) {
        List<String> topics = group.texts("topics");
        String key = group.path("topics");
        for (int i = 0; i < topics.size(); i++) {
            ConfigReader.topic(group, key + "[" + i + "]", topics.get(i));
            if (topics.indexOf(topics.get(i)) < i) {
                group.problems().add(key + "[" + i + "]", "'" + topics.get(i) + "' is there twice");
            }
        }
        if (topics.isEmpty() && group.problems().noneAt(key)) {
            group.problems().add(key, "is missing: at least one topic is needed");
        }
        return topics;
    }

    private static TimeAxis time(SettingsNode group) {
        TimeAxis axis = new TimeAxis(
                group.text("name").orElse("time"),
                group.required("field"),
                group.word("format", TimeAxis.TimeFormat.class, TimeAxis.TimeFormat.AUTO),
                group.instant("origin"),
                group.duration("step", null),
                group.word("rounding", TimeAxis.Rounding.class, TimeAxis.Rounding.EXACT),
                group.parsed("units", "CF units such as 'seconds since 1970-01-01'", CfTimeUnits::parse)
                        .orElse(DEFAULT_UNITS));
        group.finish();
        return axis;
    }

    private static StationAxis stations(SettingsNode group) {
        String name = group.text("name").orElse("station");
        String field = group.required("field");
        List<String> labels = group.texts("labels");
        String key = group.path("labels");
        if (labels.isEmpty() && group.problems().noneAt(key)) {
            group.problems().add(key, "is missing: the labels of the stations are needed");
        }
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            Integer before = seen.putIfAbsent(labels.get(i), i);
            if (before != null) {
                group.problems().add(key + "[" + i + "]", "'" + labels.get(i) + "' is label " + before + " already");
            }
        }
        Optional<StationAxis.Coordinates> coordinates = coordinates(group, labels.size());
        group.finish();
        return new StationAxis(name, field, labels, coordinates);
    }

    private static Optional<StationAxis.Coordinates> coordinates(SettingsNode group, int labels) {
        List<Double> latitude = group.doubles("latitude");
        List<Double> longitude = group.doubles("longitude");
        if (!group.has("latitude") && !group.has("longitude")) {
            return Optional.empty();
        }
        checkCoordinates(group, "latitude", latitude, labels, 90);
        checkCoordinates(group, "longitude", longitude, labels, 360);
        return Optional.of(new StationAxis.Coordinates(latitude, longitude));
    }

    private static void checkCoordinates(SettingsNode group, String key, List<Double> degrees, int labels, int most) {
        if (degrees.size() != labels) {
            group.problems()
                    .add(
                            group.path(key),
                            "one entry for each of the " + labels + " labels is needed, not " + degrees.size());
        }
        for (int i = 0; i < degrees.size(); i++) {
            if (!(Math.abs(degrees.get(i)) <= most)) {
                group.problems()
                        .add(
                                group.path(key) + "[" + i + "]",
                                "degrees from -" + most + " to " + most + " are needed, not " + degrees.get(i));
            }
        }
    }

    private static List<VariableSettings> variables(SettingsNode group) {
        List<VariableSettings> variables = new ArrayList<>();
        for (SettingsNode each : group.groups("variables")) {
            variables.add(variable(each));
        }
        if (variables.isEmpty() && group.problems().noneAt(group.path("variables"))) {
            group.problems().add(group.path("variables"), "is missing: at least one variable is needed");
        }
        if (variables.size() > 10_000) {
            group.problems().add(group.path("variables"), "at most 10000 are possible, not " + variables.size());
        }
        return variables;
    }

    private static VariableSettings variable(SettingsNode group) {
        CellType type = group.word("type", CellType.class, CellType.FLOAT64);
        VariableSettings variable = new VariableSettings(
                group.required("name"),
                group.required("field"),
                type,
                fillValue(group, type),
                group.text("units"),
                group.text("long-name"),
                group.text("standard-name"),
                group.attributes("attributes"));
        group.finish();
        return variable;
    }

    private static Number fillValue(SettingsNode group, CellType type) {
        if (type.isFloat()) {
            return group.parsed("fill-value", "a number, NaN, Infinity or -Infinity", text -> decimal(text, type))
                    .orElse(Double.NaN);
        }
        Optional<Long> fill = group.parsed(
                "fill-value",
                "a whole number that fits into " + SettingsNode.nameOf(type),
                text -> SettingsNode.number(text)
                        .filter(number -> fits(number, type))
                        .map(BigInteger::longValue));
        if (fill.isEmpty() && group.problems().noneAt(group.path("fill-value"))) {
            group.problems()
                    .add(
                            group.path("fill-value"),
                            "is missing: an integer variable needs a value that no observation has");
        }
        return fill.orElse(0L);
    }

    private static Optional<Double> decimal(String text, CellType type) {
        try {
            double value = Double.parseDouble(inJava(text));
            boolean fits = type == CellType.FLOAT64 || Double.isNaN(value) || (float) value == value;
            return fits ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** YAML writes these three with a dot. */
    private static String inJava(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case ".nan" -> "NaN";
            case ".inf" -> "Infinity";
            case "-.inf" -> "-Infinity";
            default -> text;
        };
    }

    private static boolean fits(BigInteger number, CellType type) {
        return switch (type) {
            case INT8 -> number.bitLength() < 8;
            case INT16 -> number.bitLength() < 16;
            case INT32 -> number.bitLength() < 32;
            case INT64 -> number.bitLength() < 64;
            case UINT8 -> number.signum() >= 0 && number.bitLength() <= 8;
            case UINT16 -> number.signum() >= 0 && number.bitLength() <= 16;
            case UINT32 -> number.signum() >= 0 && number.bitLength() <= 32;
            case FLOAT32, FLOAT64 -> false;
        };
    }

    private static ZoneId zone(SettingsNode group) {
        return group.parsed("zone", "a zone such as UTC or Europe/Paris", text -> {
                    try {
                        return Optional.of(ZoneId.of(text));
                    } catch (DateTimeException e) {
                        return Optional.empty();
                    }
                })
                .orElse(ZoneId.of("UTC"));
    }

    /** {@return whether a duration is whole microseconds and above zero} */
    static boolean isWholeMicros(Duration duration) {
        return duration.compareTo(Duration.ZERO) > 0 && duration.toNanosPart() % 1_000 == 0;
    }
}
