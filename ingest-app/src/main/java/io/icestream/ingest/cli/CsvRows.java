package io.icestream.ingest.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as CSV (RFC 4180, but lines end with a line feed) with a heading; a missing value is an empty field. */
final class CsvRows implements RowSink {
    private final Writer out;
    private final StringBuilder line = new StringBuilder();

    CsvRows(Writer out, List<String> columns) throws IOException {
        this.out = out;
        row(columns.toArray());
    }

    @Override
    public void row(@Nullable Object[] values) throws IOException {
        line.setLength(0);
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                line.append(',');
            }
            append(values[i]);
        }
        out.append(line.append('\n'));
    }

    private void append(@Nullable Object value) {
        if (value instanceof String text && needsQuotes(text)) {
            line.append('"').append(text.replace("\"", "\"\"")).append('"');
        } else if (value != null) {
            line.append(value);
        }
    }

    private static boolean needsQuotes(String text) {
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.flush();
    }
}
