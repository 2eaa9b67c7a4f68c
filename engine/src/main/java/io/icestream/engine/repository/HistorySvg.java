package io.icestream.engine.repository;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Draws the history of all branches and tags as SVG: a row per snapshot, newest first, a column per line of descent. A column
 * that has ended is used again, and none is ever moved, so that every line is straight but for its last step.
 */
final class HistorySvg {
    private static final int STEP = 24;
    private static final int RADIUS = 5;
    /** Of a monospaced letter, a little more than most have. */
    private static final int LETTER = 8;

    private static final List<String> COLOURS =
            List.of("#4269d0", "#d97706", "#3a9c4e", "#c2408f", "#7c5cc4", "#0e9aa7", "#b5523b", "#6b7280");

    private final HistoryOrder order;
    private final Map<SnapshotId, Integer> rows = new HashMap<>();
    private final Map<SnapshotId, Integer> columns = new HashMap<>();
    private final int width;
    private final StringBuilder svg = new StringBuilder();

    private HistorySvg(HistoryOrder order) {
        this.order = order;
        this.width = place() * STEP;
    }

    static String draw(RepositoryInfo info) {
        return new HistorySvg(new HistoryOrder(info)).document();
    }

    /** Gives each snapshot its row and column; returns the number of columns. */
    private int place() {
        List<Optional<SnapshotId>> awaited = new ArrayList<>();
        for (SnapshotEntry entry : order.rows()) {
            Optional<SnapshotId> id = Optional.of(entry.id());
            int column = awaited.indexOf(id);
            if (column < 0) {
                column = awaited.indexOf(Optional.<SnapshotId>empty());
            }
            if (column < 0) {
                column = awaited.size();
                awaited.add(Optional.empty());
            }
            awaited.replaceAll(other -> other.equals(id) ? Optional.empty() : other);
            awaited.set(column, entry.parent());
            rows.put(entry.id(), rows.size());
            columns.put(entry.id(), column);
        }
        return awaited.size();
    }

    private String document() {
        int longest = order.rows().stream()
                .mapToInt(entry -> words(entry).length())
                .max()
                .orElse(0);
        int all = width + (longest + 2) * LETTER;
        int height = Math.max(1, order.rows().size()) * STEP;
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\">\n"
                        .formatted(all, height));
        svg.append("<style>text{font:13px monospace;fill:#1f2328}.refs{font-weight:bold}path{fill:none;stroke-width:2}"
                + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>\n");
        order.rows().forEach(this::line);
        order.rows().forEach(this::row);
        return svg.append("</svg>\n").toString();
    }

    private String words(SnapshotEntry entry) {
        return entry.id() + " " + names(entry) + HistoryOrder.firstLine(entry);
    }

    private String names(SnapshotEntry entry) {
        List<String> names = order.names(entry.id());
        return names.isEmpty() ? "" : "(" + String.join(", ", names) + ") ";
    }

    private static int centre(int step) {
        return step * STEP + STEP / 2;
    }

    private int x(SnapshotId id) {
        return centre(columns.getOrDefault(id, 0));
    }

    private int y(SnapshotId id) {
        return centre(rows.getOrDefault(id, 0));
    }

    /** Of the column that a line belongs to: the outer one of those that it joins. */
    private String colour(SnapshotId id) {
        return COLOURS.get(columns.getOrDefault(id, 0) % COLOURS.size());
    }

    /** From a snapshot straight down to the row above its parent, and then to that. */
    private void line(SnapshotEntry entry) {
        if (entry.parent().isEmpty()) {
            return;
        }
        SnapshotId parent = entry.parent().get();
        int x = x(entry.id());
        svg.append("<path d=\"M%d %dV%dL%d %d\" stroke=\"%s\"/>\n"
                .formatted(x, y(entry.id()), y(parent) - STEP, x(parent), y(parent), colour(entry.id())));
    }

    private void row(SnapshotEntry entry) {
        svg.append("<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"%s\"><title>%s</title></circle>\n"
                .formatted(x(entry.id()), y(entry.id()), RADIUS, colour(entry.id()), entry.flushedAt()));
        svg.append("<text x=\"%d\" y=\"%d\">%s <tspan class=\"refs\">%s</tspan>%s</text>\n"
                .formatted(
                        width + LETTER,
                        y(entry.id()) + 4,
                        entry.id(),
                        escaped(names(entry)),
                        escaped(HistoryOrder.firstLine(entry))));
    }

    /** As text of XML 1.0, which has no control characters. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                default -> escaped.appendCodePoint(isText(point) ? point : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean isText(int point) {
        return point >= ' ' && (point < 0xD800 || point > 0xDFFF) && point != 0xFFFE && point != 0xFFFF;
    }
}
