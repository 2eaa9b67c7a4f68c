package io.icestream.demo;

import io.icestream.demo.SyntheticWeather.Variable;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.repository.Repository;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.Table;
import io.icestream.ingest.cli.Terminal;
import io.icestream.ingest.cli.TopicReader;
import io.icestream.ingest.cli.run.DeadLetterLine;
import io.icestream.ingest.config.IngestConfig;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the demo shows at its end: history, tags, dead letters, a chart, and how to open the arrays. */
final class DemoReport {

    /** Station that is drawn. */
    static final int STATION = 4;

    /** Variable that is drawn. */
    static final Variable VARIABLE = Variable.TEMPERATURE;

    private static final int COMMITS = 8;
    private static final int CHART_HOURS = 68;

    private final Output output;
    private final DemoFolder folder;
    private final IngestConfig config;
    private final Repository repository;

    DemoReport(Output output, DemoFolder folder, IngestConfig config, Repository repository) {
        this.output = output;
        this.folder = folder;
        this.config = config;
        this.repository = repository;
    }

    /** {@return what the chart shows, in words} */
    static String seriesName() {
        return "%s at %s, %s"
                .formatted(VARIABLE.label(), Station.NETWORK.get(STATION).label(), VARIABLE.units());
    }

    void print(double seconds) {
        if (output.json()) {
            printJson(seconds);
            return;
        }
        printHistory();
        printTags();
        printDeadLetters();
        printChart();
        printPython();
        output.line("");
        output.line("%.0f s. Run it again to go on by as many days, or with --fresh to begin anew.".formatted(seconds));
    }

    private void printJson(double seconds) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("repository", folder.repository().toString());
        all.put("configuration", folder.config().toString());
        all.put("tip", repository.findBranch("main").orElseThrow());
        all.put("tags", repository.tags());
        all.put("deadLetters", deadLetters().counts());
        all.put("seconds", Math.round(seconds * 10) / 10.0);
        output.json(all);
    }

    /** How many dead letters there are, by reason, and what is wrong with one of each. */
    private record Letters(Map<String, Long> counts, Map<String, String> examples) {}

    private Letters deadLetters() {
        Letters letters = new Letters(new TreeMap<>(), new TreeMap<>());
        boolean unused = new TopicReader(config.clientProperties(), config.deadLetterTopic()).readAll(letter -> {
            DeadLetterLine line = DeadLetterLine.of(letter);
            letters.counts().merge(line.reason(), 1L, Long::sum);
            letters.examples().putIfAbsent(line.reason(), line.message());
        });
        return letters;
    }

    private void printHistory() {
        heading("History of main, newest first", "./icestream log " + folder.repository());
        List<List<String>> rows = new ArrayList<>();
        long count;
        try (Stream<SnapshotEntry> history =
                repository.history(repository.findBranch("main").orElseThrow())) {
            count = history.peek(entry -> {
                        if (rows.size() < COMMITS) {
                            rows.add(List.of(
                                    entry.id().toString(),
                                    entry.flushedAt()
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString(),
                                    entry.message()));
                        }
                    })
                    .count();
        }
        table(List.of("SNAPSHOT", "TIME", "MESSAGE"), rows);
        if (count > rows.size()) {
            output.line("... and " + (count - rows.size()) + " more");
        }
    }

    private void printTags() {
        heading("Tags, one for each finished day", "./icestream tags " + folder.repository());
        repository.tags().forEach((name, snapshot) -> output.line(name + "  " + snapshot));
    }

    private void printDeadLetters() {
        heading("Dead letters, and why", "./icestream dlq list -f " + folder.config());
        Letters letters = deadLetters();
        table(
                List.of("REASON", "COUNT", "FOR INSTANCE"),
                letters.counts().entrySet().stream()
                        .map(entry -> List.of(
                                entry.getKey(),
                                Long.toString(entry.getValue()),
                                letters.examples().getOrDefault(entry.getKey(), "")))
                        .toList());
    }

    private void printChart() {
        PublishedSeries.read(repository, VARIABLE.label(), STATION, CHART_HOURS).ifPresent(series -> {
            output.line("");
            output.line(seriesName() + ", the last " + series.values().length + " hours:");
            new Chart(series.values(), 8, Terminal.isUnicode()).lines().forEach(output::line);
        });
    }

    private void printPython() {
        output.line("");
        output.line("The repository stays in " + folder.repository()
                + ". To open it in Python (pip install icechunk xarray):");
        output.line("");
        output.line("  import icechunk, xarray");
        output.line("  repo = icechunk.Repository.open(icechunk.local_filesystem_storage(\"" + folder.repository()
                + "\"))");
        output.line("  print(xarray.open_zarr(repo.readonly_session(\"main\").store))");
    }

    /** In a terminal, long lines would wrap and spoil the columns. */
    private void table(List<String> headers, List<List<String>> rows) {
        int columns = Terminal.isInteractive() ? Terminal.columns() : Integer.MAX_VALUE;
        new Table(headers, rows)
                .lines()
                .forEach(line -> output.line(line.length() > columns ? line.substring(0, columns) : line));
    }

    private void heading(String title, String command) {
        output.line("");
        output.line(title + " (" + command + ")");
    }
}
