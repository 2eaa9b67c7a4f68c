package io.icestream.ingest.cli.produce;

import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.ProgressLine;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.avro.Schema;

/**
 * Checks an input and sends it.
 *
 * <p>A file is read up to three times: for the schema, for lines that do not fit it, and to be sent; so a bad line is found before the first
 * record is sent. Standard input is read once: the schema comes from its first {@value #PREFIX_ROWS} rows, and what lies before a bad
 * line has been sent.
 */
final class ProduceJob {

    private static final int PREFIX_ROWS = 1_000;

    private final Input input;
    private final Optional<String> key;
    private final Optional<String> time;
    private final EventTimes times;
    private final Produce.OnBadLine onBadLine;
    private final Output output;
    private final Deque<Row> prefix = new ArrayDeque<>();
    private Optional<RowReader> open = Optional.empty();
    private BadLines bad;

    ProduceJob(
            Input input,
            Optional<String> key,
            Optional<String> time,
            EventTimes times,
            Produce.OnBadLine onBadLine,
            Output output) {
        this.input = input;
        this.key = key;
        this.time = time;
        this.times = times;
        this.onBadLine = onBadLine;
        this.output = output;
        this.bad = new BadLines(input.name());
    }

    /**
     * Finds the schema and, in a file, all bad lines.
     *
     * @param topic the topic, whose name an inferred schema gets
     * @param given the schema, if it is not to be inferred
     * @return the schema
     * @throws CliException if there are bad lines and they are not to be skipped
     */
    Schema check(String topic, Optional<Schema> given) throws IOException {
        Schema schema = given.isPresent() ? given.get() : infer(topic);
        checkColumn("--key", key, schema);
        checkColumn("--time", time, schema);
        if (input.file().isPresent()) {
            bad = new BadLines(input.name());
            checkLines(schema);
        }
        return schema;
    }

    private Schema infer(String topic) throws IOException {
        SchemaInference inference = new SchemaInference(key, time);
        RowReader reader = input.open();
        if (reader instanceof CsvReader csv) {
            csv.columns().forEach(inference::column);
        }
        if (input.file().isPresent()) {
            try (reader) {
                each(reader, "Reading", row -> inference.observe(row));
            }
        } else {
            open = Optional.of(reader);
            fillPrefix(reader);
            prefix.forEach(inference::observe);
        }
        if (inference.isEmpty()) {
            throw new CliException(ExitCode.INVALID, "No schema can be inferred: " + input.name() + " is empty");
        }
        return inference.build(topic);
    }

    private void fillPrefix(RowReader reader) throws IOException {
        while (prefix.size() < PREFIX_ROWS) {
            try {
                Optional<Row> row = reader.next();
                if (row.isEmpty()) {
                    return;
                }
                prefix.add(row.get());
            } catch (BadLineException found) {
                if (onBadLine == Produce.OnBadLine.STOP) {
                    throw new CliException(
                            ExitCode.INVALID,
                            input.name() + " line " + found.line() + ": " + found.getMessage() + "; nothing was sent",
                            found);
                }
                bad.add(found);
            }
        }
    }

    private void checkColumn(String option, Optional<String> column, Schema schema) {
        if (column.isPresent() && schema.getField(SchemaInference.fieldName(column.get())) == null) {
            TreeSet<String> known = new TreeSet<>();
            schema.getFields().forEach(field -> known.add(field.name()));
            throw new CliException(
                    ExitCode.USAGE,
                    option + ": no column '" + column.get() + "' in " + input.name() + "; it has "
                            + String.join(", ", known));
        }
    }

    private void checkLines(Schema schema) throws IOException {
        RowEncoder encoder = encoder(schema, 0);
        try (RowReader reader = input.open()) {
            each(reader, "Checking", encoder::encode);
        }
        if (bad.count() == 0) {
            return;
        }
        if (onBadLine == Produce.OnBadLine.STOP) {
            throw new CliException(
                    ExitCode.INVALID,
                    plural(bad.count(), "bad line") + ", nothing was sent:\n  " + bad.describe()
                            + "\nCorrect them, name missing values by --null, or leave such lines out by --on-bad-line skip");
        }
        output.note("leaving out " + plural(bad.count(), "bad line") + ":\n  " + bad.describe());
    }

    /**
     * Sends all rows.
     *
     * @param schema their schema
     * @param schemaId its id in the registry
     * @param disorder what to do to their order
     * @param sender where they go
     * @return what was done
     */
    ProduceSummary send(Schema schema, int schemaId, Disorder disorder, Sender sender) throws IOException {
        long began = System.nanoTime();
        bad = new BadLines(input.name());
        RowEncoder encoder = encoder(schema, schemaId);
        RowReader reader = open.isPresent() ? open.get() : input.open();
        long rows;
        try (reader;
                ProgressLine progress = new ProgressLine(output.err())) {
            if (disorder.isNone()) {
                rows = each(reader, "Sending", row -> stopOnBad(sender, () -> sender.send(encoder.encode(row))));
            } else {
                List<EncodedRow> encoded = new ArrayList<>();
                rows = each(reader, "Reading", row -> stopOnBad(sender, () -> encoded.add(encoder.encode(row))));
                for (EncodedRow row : disorder.apply(encoded)) {
                    sender.send(row);
                    progress.show(() -> "Sending: %,d records".formatted(sender.sent()));
                }
            }
            sender.flush();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new ProduceSummary(rows, sender.sent(), bad.count(), schemaId, seconds);
    }

    /** In a file, all bad lines are known and allowed by now; in standard input, the first one ends it unless they are to be skipped. */
    private void stopOnBad(Sender sender, Runnable step) {
        try {
            step.run();
        } catch (BadLineException found) {
            if (onBadLine == Produce.OnBadLine.SKIP) {
                throw found;
            }
            sender.flush();
            throw new CliException(
                    ExitCode.INVALID,
                    input.name() + " line " + found.line() + ": " + found.getMessage() + "; the "
                            + plural(sender.sent(), "record") + " before it were sent",
                    found);
        }
    }

    private RowEncoder encoder(Schema schema, int schemaId) {
        return new RowEncoder(schema, schemaId, key, time, times);
    }

    /** Something that is done to a row. */
    private interface Step {
        void accept(Row row);
    }

    private long each(RowReader reader, String doing, Step step) throws IOException {
        long rows = 0;
        try (ProgressLine progress = new ProgressLine(output.err())) {
            while (true) {
                try {
                    Optional<Row> row = next(reader);
                    if (row.isEmpty()) {
                        return rows;
                    }
                    rows++;
                    step.accept(row.get());
                } catch (BadLineException found) {
                    bad.add(found);
                }
                long count = rows;
                progress.show(() -> "%s %s: %,d rows".formatted(doing, input.name(), count));
            }
        }
    }

    private Optional<Row> next(RowReader reader) throws IOException {
        Row buffered = prefix.poll();
        return buffered == null ? reader.next() : Optional.of(buffered);
    }

    private static String plural(long count, String noun) {
        return "%,d %s%s".formatted(count, noun, count == 1 ? "" : "s");
    }
}
