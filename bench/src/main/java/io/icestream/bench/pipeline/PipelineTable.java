package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.bench.Json;
import io.icestream.bench.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Prints what the contestants reached, and where the CPU time of ours went. */
public final class PipelineTable {
    private static final String MEASURE = "python-numpy";

    private final List<JsonNode> results;

    private PipelineTable(List<JsonNode> results) {
        this.results = results;
    }

    /**
     * Prints the tables.
     *
     * @param args the file with the results
     */
    public static void main(String[] args) {
        PipelineTable tables = new PipelineTable(Json.lines(Path.of(args[0])));
        System.out.println(tables.rates());
        System.out.println(tables.times("cpu_s", "CPU seconds by threads"));
        System.out.println(tables.times("phases_s", "CPU seconds by phase"));
    }

    private TextTable rates() {
        TextTable table = new TextTable(
                "contestant",
                "records/s, whole run",
                "second half",
                "commits",
                "peak RSS, MB",
                "process, s",
                "ratio to " + MEASURE);
        double measure = results.stream()
                .filter(result -> result.get("name").asText().equals(MEASURE))
                .mapToDouble(result -> rate(result, "records", "seconds"))
                .findFirst()
                .orElse(Double.NaN);
        for (JsonNode result : results) {
            double whole = rate(result, "records", "seconds");
            table.row(
                    result.get("name").asText(),
                    rounded(whole),
                    rounded(rate(result, "second_half_records", "second_half_seconds")),
                    result.path("commits").asText(result.path("windows").asText("-")),
                    Long.toString(result.path("peak_rss_bytes").asLong() >> 20),
                    result.path("process_s").asText(),
                    Double.isNaN(measure) ? "-" : String.format(Locale.ROOT, "%.2f", whole / measure));
        }
        return table;
    }

    private static double rate(JsonNode result, String records, String seconds) {
        return result.path(records).asDouble(Double.NaN) / result.path(seconds).asDouble(Double.NaN);
    }

    private static String rounded(double rate) {
        return Double.isFinite(rate) ? String.format(Locale.ROOT, "%,d", Math.round(rate / 1000) * 1000) : "-";
    }

    /** One column per contestant that has such times. */
    private String times(String field, String title) {
        List<JsonNode> with =
                results.stream().filter(result -> !result.path(field).isEmpty()).toList();
        if (with.isEmpty()) {
            return "";
        }
        List<String> header = new ArrayList<>(List.of(title));
        TreeSet<String> names = new TreeSet<>();
        with.forEach(result -> {
            header.add(result.get("name").asText());
            result.get(field).fieldNames().forEachRemaining(names::add);
        });
        TextTable table = new TextTable(header.toArray(String[]::new));
        for (String name : names) {
            List<String> row = new ArrayList<>(List.of(name));
            with.forEach(result -> row.add(result.get(field).path(name).asText("-")));
            table.row(row.toArray(String[]::new));
        }
        return table.toString();
    }
}
