package io.icestream.bench.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.bench.Json;
import io.icestream.bench.TextTable;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints the figures of the reference client and ours side by side. A ratio above one means that ours is faster, or smaller. */
public final class EngineTable {
    private static final String NONE = "-";

    private static final List<Metric> METRICS = List.of(
            Metric.less("append", "commit, first 50 of 500, ms", "/commit_first_tenth/p50_ms"),
            Metric.less("append", "commit, last 50, ms", "/commit_last_tenth/p50_ms"),
            Metric.less("append", "commit, first 50 of a new process, ms", "/cold/first_50/p50_ms"),
            Metric.less("append", "CPU of the committing thread, last 50, ms", "/cost_last_tenth/cpu_ms"),
            Metric.less("append", "allocated by it, kB", "/cost_last_tenth/allocated_kB"),
            Metric.less("append", "open, resize, encode, commit; first 50, ms", "/window_first_tenth/p50_ms"),
            Metric.less("append", "the same, last 50, ms", "/window_last_tenth/p50_ms"),
            Metric.less("arrays", "one chunk in each of 175 arrays of 1,000, ms", "/commit/p50_ms"),
            Metric.more("arrays", "references set per second", "/set_refs_per_s"),
            Metric.less("arrays", "first commit of 175,000, s", "/first_commit_s"),
            Metric.less("big", "setting 1,000,000 references, s", "/set_s"),
            Metric.less("big", "first commit, s", "/first_commit_s"),
            Metric.less("big", "one more, ms", "/commit/p50_ms"),
            Metric.less("big", "manifests, bytes", "/manifest_bytes"),
            Metric.less("bigsplit", "first commit, windows of 10,000, s", "/first_commit_s"),
            Metric.less("bigsplit", "one more, ms", "/commit/p50_ms"),
            Metric.less("history", "tiny commit at 100 snapshots, ms", "/at_100/p50_ms"),
            Metric.less("history", "at 1,000, ms", "/at_1000/p50_ms"),
            Metric.less("history", "at 2,000, ms", "/at_2000/p50_ms"),
            Metric.less("history", "at 5,000, ms", "/at_5000/p50_ms"),
            Metric.less("history", "at 10,000, ms", "/at_10000/p50_ms"),
            Metric.less("history", "at 100 in a new process, ms", "/cold/at_100/p50_ms"),
            Metric.less("history", "CPU of the committing thread at 1,000, ms", "/at_1000/cpu_ms"),
            Metric.less("history", "CPU of the committing thread at 10,000, ms", "/at_10000/cpu_ms"),
            Metric.less("history", "allocated by it at 10,000, kB", "/at_10000/allocated_kB"),
            Metric.less("history", "repository object at 10,000, bytes", "/at_10000/repo_object_bytes"),
            Metric.less("history", "encoding that object, zstd level -1, CPU ms", "/level_-1/cpu_ms"),
            Metric.less("history", "its bytes", "/level_-1/bytes"),
            Metric.less("history", "encoding it, level 1, CPU ms", "/level_1/cpu_ms"),
            Metric.less("history", "its bytes then", "/level_1/bytes"),
            Metric.less("history", "encoding it, level 3, CPU ms", "/level_3/cpu_ms"),
            Metric.less("history", "its bytes then", "/level_3/bytes"),
            Metric.less("history", "reading the log, s", "/log_s"),
            Metric.more("bulk", "write 1,024 chunks of 1 MiB, MiB/s", "/write_MiB_s"),
            Metric.more("bulk", "read them, MiB/s", "/read_MiB_s"),
            Metric.less("bulk", "read one element, ms", "/chunk_read/p50_ms"),
            Metric.more("bulk", "the machine then: plain files, one thread, MiB/s", "/plain_write_MiB_s"),
            Metric.more("writers", "eight writers in memory, commits/s", "/commits_per_s"),
            Metric.less("writers", "their commit, median, ms", "/commit/p50_ms"),
            Metric.less("writers", "their worst commit, ms", "/commit/max_ms"),
            Metric.more("s3", "eight writers on one branch, commits/s", "/commits_per_s"),
            Metric.less("s3", "their commit, median, ms", "/p50_ms"),
            Metric.less("s3", "their worst commit, ms", "/max_ms"),
            Metric.more("s3", "eight writers in a new process, commits/s", "/cold/commits_per_s"),
            Metric.less("s3", "one writer alone, commit, median, ms", "/alone_p50_ms"),
            Metric.less("s3", "requests of that commit", "/alone_requests"),
            Metric.less("s3", "commits of eight processes", "/process_commits"),
            Metric.less("s3", "of which lost", "/process_commits_lost"));

    private EngineTable() {}

    private record Metric(String workload, String label, String pointer, boolean lessIsBetter) {
        static Metric less(String workload, String label, String pointer) {
            return new Metric(workload, label, pointer, true);
        }

        static Metric more(String workload, String label, String pointer) {
            return new Metric(workload, label, pointer, false);
        }

        /** The median of all runs; the higher one of two. */
        String value(Map<String, List<JsonNode>> results) {
            List<JsonNode> values = results.getOrDefault(workload, List.of()).stream()
                    .map(result -> result.at(pointer))
                    .filter(JsonNode::isNumber)
                    .sorted(Comparator.comparingDouble(JsonNode::doubleValue))
                    .toList();
            return values.isEmpty() ? NONE : values.get(values.size() / 2).asText();
        }

        String ratio(String reference, String ours) {
            if (reference.equals(NONE) || ours.equals(NONE)) {
                return NONE;
            }
            if (Double.parseDouble(ours) == 0) {
                return NONE;
            }
            double ratio = Double.parseDouble(reference) / Double.parseDouble(ours);
            return String.format(Locale.ROOT, "%.2f", lessIsBetter ? ratio : 1 / ratio);
        }
    }

    /**
     * Prints the table.
     *
     * @param args files with results: the reference client's, ours without waiting for the disk, ours with it
     */
    public static void main(String[] args) {
        Map<String, List<JsonNode>> reference = results(args[0]);
        Map<String, List<JsonNode>> process = results(args[1]);
        Map<String, List<JsonNode>> disk = results(args[2]);
        TextTable table =
                new TextTable("workload", "figure", "reference", "ours", "ratio", "ours, on disk when done", "ratio");
        for (Metric metric : METRICS) {
            if (process.containsKey(metric.workload())) {
                String theirs = metric.value(reference);
                table.row(
                        metric.workload(),
                        metric.label(),
                        theirs,
                        metric.value(process),
                        metric.ratio(theirs, metric.value(process)),
                        metric.value(disk),
                        metric.ratio(theirs, metric.value(disk)));
            }
        }
        System.out.print(table);
    }

    private static Map<String, List<JsonNode>> results(String file) {
        return Json.lines(Path.of(file)).stream()
                .collect(Collectors.groupingBy(result -> result.get("workload").asText()));
    }
}
