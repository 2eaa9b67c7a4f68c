package io.icestream.ingest.cli;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Receives the rows of an export, one by one. */
interface RowSink extends Closeable {

    /**
     * Takes a row.
     *
     * @param values one per column: a {@code Number}, {@code Boolean} or {@code String}, or null for a missing value; reused by the caller
     * @throws IOException if it cannot be written
     */
    void row(@Nullable Object[] values) throws IOException;

    /**
     * Passes on what was taken.
     *
     * @throws IOException if it cannot be written
     */
    void flush() throws IOException;
}
