package io.icestream.ingest.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as JSON objects, one per line; a missing value is null. */
final class JsonRows implements RowSink {
    private final Writer out;
    private final List<String> columns;
    private final JsonGenerator json;

    JsonRows(Writer out, List<String> columns) throws IOException {
        this.out = out;
        this.columns = columns;
        this.json = new JsonFactory()
                .createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    @Override
    public void row(@Nullable Object[] values) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < values.length; i++) {
            json.writeFieldName(columns.get(i));
            write(values[i]);
        }
        json.writeEndObject();
    }

    private void write(@Nullable Object value) throws IOException {
        if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof Float number) {
            json.writeNumber(number);
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value != null) {
            json.writeString(value.toString());
        } else {
            json.writeNull();
        }
    }

    @Override
    public void flush() throws IOException {
        json.flush();
    }

    @Override
    public void close() throws IOException {
        json.close();
        out.append('\n').flush();
    }
}
