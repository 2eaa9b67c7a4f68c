package io.icestream.ingest.cli.produce;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads rows one after the other. */
interface RowReader extends Closeable {

    /**
     * Reads the next row.
     *
     * @return the row, or empty at the end
     * @throws BadLineException if the line cannot be read; the next call goes on behind it
     */
    Optional<Row> next() throws IOException;
}
