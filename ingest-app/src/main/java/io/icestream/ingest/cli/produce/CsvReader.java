package io.icestream.ingest.cli.produce;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** CSV as RFC 4180 has it, with a header line; line ends may be LF or CRLF, blank lines are left out. */
final class CsvReader implements RowReader {

    private static final int END = -1;

    private final BufferedReader input;
    private final char delimiter;
    private final Set<String> nulls;
    private final List<String> columns;
    private int width = 16;
    private long line = 1;

    CsvReader(BufferedReader input, char delimiter, Set<String> nulls) throws IOException {
        this.input = input;
        this.delimiter = delimiter;
        this.nulls = Set.copyOf(nulls);
        this.columns = header();
        this.width = columns.size();
    }

    /** {@return names of the columns, in order} */
    List<String> columns() {
        return columns;
    }

    private List<String> header() throws IOException {
        Optional<List<String>> first = record();
        if (first.isEmpty()) {
            throw new CliException(ExitCode.INVALID, "The input is empty: a header line with column names is needed");
        }
        List<String> names = new ArrayList<>(first.get());
        names.set(0, names.get(0).replaceFirst("^\uFEFF", ""));
        names.replaceAll(String::strip);
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isEmpty() || !seen.add(name)) {
                throw new CliException(
                        ExitCode.INVALID,
                        "Header line: each column needs a name of its own, but '" + name + "' is empty or repeated");
            }
        }
        return List.copyOf(names);
    }

    @Override
    public Optional<Row> next() throws IOException {
        long start = line;
        Optional<List<String>> cells = record();
        while (cells.isPresent()
                && cells.get().size() == 1
                && cells.get().get(0).isBlank()) {
            start = line;
            cells = record();
        }
        if (cells.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(row(start, cells.get()));
    }

    private Row row(long start, List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new BadLineException(start, cells.size() + " columns, but the header names " + columns.size());
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < cells.size(); i++) {
            if (!nulls.contains(cells.get(i))) {
                fields.put(columns.get(i), cells.get(i));
            }
        }
        return new Row(start, fields);
    }

    /** Reads the cells up to the end of a record, or nothing at the end of the input. */
    private Optional<List<String>> record() throws IOException {
        int next = input.read();
        if (next == END) {
            return Optional.empty();
        }
        List<String> cells = new ArrayList<>(width);
        StringBuilder cell = new StringBuilder();
        while (true) {
            if (next == '"' && cell.isEmpty()) {
                next = quoted(cell);
            } else if (next == delimiter) {
                cells.add(cell.toString());
                cell.setLength(0);
                next = input.read();
            } else if (next == '\n' || next == END) {
                line++;
                cells.add(withoutCarriageReturn(cell, next));
                return Optional.of(cells);
            } else {
                cell.append((char) next);
                next = input.read();
            }
        }
    }

    /** Reads a quoted cell behind its opening quote and gives the character behind the closing one. */
    private int quoted(StringBuilder cell) throws IOException {
        long start = line;
        while (true) {
            int next = input.read();
            if (next == END) {
                throw new BadLineException(start, "a quoted cell does not end");
            }
            if (next == '"') {
                next = input.read();
                if (next != '"') {
                    return next;
                }
            } else if (next == '\n') {
                line++;
            }
            cell.append((char) next);
        }
    }

    private static String withoutCarriageReturn(StringBuilder cell, int terminator) {
        int length = cell.length();
        boolean carriageReturn = terminator == '\n' && length > 0 && cell.charAt(length - 1) == '\r';
        return cell.substring(0, carriageReturn ? length - 1 : length);
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
