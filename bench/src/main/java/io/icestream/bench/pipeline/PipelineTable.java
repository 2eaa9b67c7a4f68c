package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.bench.Json;
import io.icestream.bench.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Prints what the contestants reached, and where the CPU time of ours went: medians over the turns. */
public final class PipelineTable {
    private static final String MEASURE = "python-numpy";

    /** Results of each contestant, one per turn. */
    private final Map<String, List<JsonNode>> results;

    PipelineTable(List<JsonNode> results) {
        this.results = results.stream()
                .collect(Collectors.groupingBy(
                        result -> result.get("name").asText(), LinkedHashMap::new, Collectors.toList()));
    }

    /**
     * Prints the tables.
     *
     * @param args the file with the results
     */
    public static void main(String[] args) {
        PipelineTable tables = new PipelineTable(Json.lines(Path.of(args[0])));
        System.out.println(tables.rates());
        System.out.println(tables.latencies());
        System.out.println(tables.times("cpu_s", "CPU seconds by threads"));
        System.out.println(tables.times("phases_s", "CPU seconds by phase"));
    }

    /** The ratio is that of each turn to the same turn of the measure: what slows the machine slows both. */
    TextTable rates() {
        TextTable table = new TextTable(
                "contestant",
                "records/s, whole run",
                "second half",
                "commits",
                "peak RSS, MB",
                "process, s",
                "ratio to " + MEASURE,
                "lowest",
                "highest");
        races().forEach((name, turns) -> {
            double[] ratios = ratios(turns);
            table.row(
                    name,
                    rounded(median(turns, result -> rate(result, "records", "seconds"))),
                    rounded(median(turns, result -> rate(result, "second_half_records", "second_half_seconds"))),
                    turns.get(0)
                            .path("commits")
                            .asText(turns.get(0).path("windows").asText("-")),
                    Long.toString(Math.round(median(
                            turns, result -> result.path("peak_rss_bytes").asDouble() / (1 << 20)))),
                    String.format(
                            Locale.ROOT,
                            "%.1f",
                            median(turns, result -> result.path("process_s").asDouble())),
                    ratio(median(ratios)),
                    ratio(DoubleStream.of(ratios).min().orElse(Double.NaN)),
                    ratio(DoubleStream.of(ratios).max().orElse(Double.NaN)));
        });
        return table;
    }

    private Map<String, List<JsonNode>> races() {
        Map<String, List<JsonNode>> races = new LinkedHashMap<>(results);
        races.values().removeIf(turns -> turns.get(0).has("latency"));
        return races;
    }

    /** Of contestants that are no race: the time to visibility, and what waiting for records costs. */
    private String latencies() {
        TextTable table = new TextTable(
                "contestant", "windows", "median, ms", "99 %, ms", "highest, ms", "CPU seconds per second");
        List<Map.Entry<String, List<JsonNode>>> live = results.entrySet().stream()
                .filter(each -> each.getValue().get(0).has("latency"))
                .toList();
        live.forEach(each -> table.row(
                each.getKey(),
                each.getValue().get(0).path("windows").asText(),
                latency(each.getValue(), "p50_ms"),
                latency(each.getValue(), "p99_ms"),
                latency(each.getValue(), "max_ms"),
                ratio(median(each.getValue(), PipelineTable::load))));
        return live.isEmpty() ? "" : table.toString();
    }

    private static String latency(List<JsonNode> turns, String quantile) {
        return String.format(
                Locale.ROOT,
                "%.0f",
                median(turns, result -> result.at("/latency/" + quantile).asDouble()));
    }

    private static double load(JsonNode result) {
        double seconds = 0;
        for (JsonNode group : result.path("cpu_s")) {
            seconds += group.asDouble();
        }
        return seconds / result.path("live_s").asDouble();
    }

    private double[] ratios(List<JsonNode> turns) {
        List<JsonNode> measures = results.getOrDefault(MEASURE, List.of());
        return turns.stream()
                .flatMap(result -> measures.stream()
                        .filter(measure -> measure.path("turn").equals(result.path("turn")))
                        .map(measure -> rate(result, "records", "seconds") / rate(measure, "records", "seconds")))
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static double rate(JsonNode result, String records, String seconds) {
        return result.path(records).asDouble(Double.NaN) / result.path(seconds).asDouble(Double.NaN);
    }

    private static double median(List<JsonNode> turns, ToDoubleFunction<JsonNode> figure) {
        return median(turns.stream().mapToDouble(figure).toArray());
    }

    private static double median(double... figures) {
        if (figures.length == 0) {
            return Double.NaN;
        }
        double[] sorted = DoubleStream.of(figures).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String rounded(double rate) {
        return Double.isFinite(rate) ? String.format(Locale.ROOT, "%,d", Math.round(rate / 1000) * 1000) : "-";
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    /** One column per contestant that has such times. */
    private String times(String field, String title) {
        Map<String, List<JsonNode>> with = new LinkedHashMap<>();
        TreeSet<String> times = new TreeSet<>();
        results.forEach((name, turns) -> turns.stream()
                .filter(result -> !result.path(field).isEmpty())
                .forEach(result -> {
                    with.computeIfAbsent(name, n -> new ArrayList<>()).add(result);
                    result.get(field).fieldNames().forEachRemaining(times::add);
                }));
        if (with.isEmpty()) {
            return "";
        }
        List<String> header = new ArrayList<>(List.of(title));
        header.addAll(with.keySet());
        TextTable table = new TextTable(header.toArray(String[]::new));
        for (String time : times) {
            List<String> row = new ArrayList<>(List.of(time));
            with.values()
                    .forEach(turns -> row.add(String.format(
                            Locale.ROOT,
                            "%.2f",
                            median(turns, result -> result.get(field).path(time).asDouble()))));
            table.row(row.toArray(String[]::new));
        }
        return table.toString();
    }
}
