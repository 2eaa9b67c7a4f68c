package io.icestream.demo;

import io.icestream.ingest.cli.Terminal;
import io.icestream.ingest.cli.run.PublishedWindows;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A panel that is redrawn in place at every event: what was sent, what is published, the last commits, one series as readers see it. */
final class LiveView implements DemoView {

    private static final int EVENTS = 6;
    private static final int CHART_ROWS = 6;
    private static final int CHART_HOURS = 68;

    private final PrintWriter out;
    private final Supplier<Optional<PublishedSeries>> series;
    private final String seriesName;
    private final long steps;
    private final Deque<String> events = new ArrayDeque<>();
    private Optional<DemoModel> model = Optional.empty();
    private int drawn;

    LiveView(PrintWriter out, long steps, String seriesName, Supplier<Optional<PublishedSeries>> series) {
        this.out = out;
        this.steps = steps;
        this.seriesName = seriesName;
        this.series = series;
    }

    @Override
    public synchronized void line(String text) {
        if (model.isEmpty()) {
            out.println(text);
            out.flush();
            return;
        }
        remember(text);
        draw();
    }

    @Override
    public synchronized void published(DemoModel now, PublishedWindows windows) {
        model = Optional.of(now);
        remember(windows.text());
        draw();
    }

    private void remember(String text) {
        events.add(text);
        if (events.size() > EVENTS) {
            events.removeFirst();
        }
    }

    private void draw() {
        List<String> lines = new ArrayList<>();
        model.ifPresent(now -> {
            lines.add("");
            lines.add(progressBar(now.commits()));
            lines.add(sent(now));
            now.ledger()
                    .ifPresent(ledger -> lines.add(
                            "  published   %,d windows, main at snapshot %s".formatted(ledger.closed(), ledger.id())));
            lines.add("");
        });
        lines.addAll(events.stream().map(event -> "  " + event).toList());
        series.get().ifPresent(read -> {
            lines.add("");
            lines.add("  " + seriesName + ", as a reader of main sees it");
            lines.addAll(new Chart(padded(read.values()), CHART_ROWS, Terminal.isUnicode()).lines());
        });
        replace(lines);
    }

    private static double[] padded(double[] values) {
        int from = Math.max(0, values.length - CHART_HOURS);
        return java.util.Arrays.copyOfRange(values, from, values.length);
    }

    private String progressBar(long commits) {
        int width = 40;
        int done = (int) Math.min(width, steps == 0 ? 0 : commits * width / steps);
        String full = Terminal.isUnicode() ? "█" : "#";
        String empty = Terminal.isUnicode() ? "░" : "-";
        return "  " + full.repeat(done) + empty.repeat(width - done) + "  %d of %d windows".formatted(commits, steps);
    }

    private static String sent(DemoModel model) {
        Map<Arrival.Kind, Long> sent = model.sent();
        long all = sent.values().stream().mapToLong(Long::longValue).sum();
        long broken = sent.entrySet().stream()
                .filter(entry -> entry.getKey().isBroken())
                .mapToLong(Map.Entry::getValue)
                .sum();
        return "  sent        %,d observations: %,d late, %,d repeated, %,d that cannot be used"
                .formatted(
                        all,
                        sent.getOrDefault(Arrival.Kind.LATE, 0L),
                        sent.getOrDefault(Arrival.Kind.REPEATED, 0L),
                        broken);
    }

    private void replace(List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append("A\r\u001b[J");
        }
        int columns = Terminal.columns() - 1;
        for (String line : lines) {
            text.append(line.length() > columns ? line.substring(0, columns) : line)
                    .append('\n');
        }
        drawn = lines.size();
        out.print(text);
        out.flush();
    }

    @Override
    public synchronized void close() {
        drawn = 0;
        out.println();
        out.flush();
    }
}
