package io.icestream.ingest.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where rows come from: a file, which can be read more than once, or standard input.
 *
 * @param file the file, or empty for standard input
 * @param format how rows are written
 * @param delimiter what parts the columns of CSV
 * @param nulls texts that mean a missing value
 */
record Input(Optional<Path> file, Format format, char delimiter, Set<String> nulls) {

    /** How rows are written. */
    enum Format {
        CSV,
        JSONL;

        /** {@return the format that a file's name tells; CSV if it tells nothing} */
        static Format of(Path file) {
            return file.toString().matches("(?i).*[.](json|jsonl|ndjson)") ? JSONL : CSV;
        }
    }

    /** {@return what to call the input in messages} */
    String name() {
        return file.map(Path::toString).orElse("standard input");
    }

    /** Begins to read at the start; of standard input, only once. */
    RowReader open() throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(stream(), UTF_8), 1 << 16);
        return format == Format.CSV ? new CsvReader(reader, delimiter, nulls) : new JsonLinesReader(reader, nulls);
    }

    private InputStream stream() throws IOException {
        if (file.isEmpty()) {
            return System.in;
        }
        if (!Files.isRegularFile(file.get()) || !Files.isReadable(file.get())) {
            throw new CliException(ExitCode.NOT_FOUND, "No readable file " + file.get());
        }
        return Files.newInputStream(file.get());
    }
}
