package io.icestream.ingest.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a verb prints: text for people or, with {@code --json}, one JSON value for programs. Results go to standard output; progress and
 * notes go to standard error, so that a pipe gets results only. To be used as a picocli mixin.
 *
 * <p>In JSON, ids and paths are their text, times are ISO 8601, and names are those of the record's components.
 */
public final class Output {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule()
                    .addSerializer(SnapshotId.class, ToStringSerializer.instance)
                    .addSerializer(NodePath.class, ToStringSerializer.instance)
                    .addKeySerializer(NodePath.class, new ToStringKey())
                    .addSerializer(ChunkIndex.class, ToStringSerializer.instance))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    /** Paths as names in a JSON object. */
    private static final class ToStringKey extends JsonSerializer<NodePath> {

        @Override
        public void serialize(NodePath path, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeFieldName(path.toString());
        }
    }

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON for programs instead of text for people.")
    private boolean json;

    /** {@return whether JSON is wanted} */
    public boolean json() {
        return json;
    }

    /**
     * Prints a line of text to standard output.
     *
     * @param line the line
     */
    public void line(String line) {
        out().println(line);
    }

    /**
     * Prints a value as JSON in one line to standard output.
     *
     * @param value a record, map, list or JSON node
     */
    public void json(Object value) {
        try {
            out().println(JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Cannot print as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Prints rows with aligned columns to standard output; columns in which every entry is a number are aligned to the right.
     *
     * @param headers one heading per column
     * @param rows rows of as many entries
     */
    public void table(List<String> headers, List<List<String>> rows) {
        new Table(headers, rows).lines().forEach(this::line);
    }

    /**
     * Prints a line about the work itself, not its result, to standard error.
     *
     * @param line the line
     */
    public void note(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    /** {@return where results go} */
    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** {@return where progress and notes go} */
    public PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
