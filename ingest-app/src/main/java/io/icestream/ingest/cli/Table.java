package io.icestream.ingest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows with aligned columns; those in which every entry is a number are aligned to the right.
 *
 * @param headers one heading per column
 * @param rows rows of as many entries
 */
public record Table(List<String> headers, List<List<String>> rows) {

    private static final String GAP = "  ";

    public Table {
        headers = List.copyOf(headers);
        rows = List.copyOf(rows);
    }

    /** {@return the headings and the rows as lines of text} */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(headers));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            line.append(column == 0 ? "" : GAP).append(padded(cells.get(column), column));
        }
        return line.toString().stripTrailing();
    }

    private String padded(String cell, int column) {
        String padding = " ".repeat(Math.max(0, width(column) - cell.length()));
        return isNumeric(column) ? padding + cell : cell + padding;
    }

    private int width(int column) {
        int rowsWidth =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return Math.max(headers.get(column).length(), rowsWidth);
    }

    private boolean isNumeric(int column) {
        return !rows.isEmpty()
                && IntStream.range(0, rows.size())
                        .mapToObj(row -> rows.get(row).get(column))
                        .allMatch(cell -> cell.matches("[-+]?[0-9][0-9.,]*"));
    }
}
