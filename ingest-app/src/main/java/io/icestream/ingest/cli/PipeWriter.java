package io.icestream.ingest.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** Standard output for long results: notices at each flush when nobody reads any more, as {@code head} leaves a pipe. */
final class PipeWriter extends Writer {
    private final PrintWriter out;

    PipeWriter(PrintWriter out) {
        this.out = out;
    }

    /** Nobody reads any more. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedException() {
            super("standard output is closed");
        }
    }

    @Override
    public void write(char[] text, int offset, int length) {
        out.write(text, offset, length);
    }

    @Override
    public void flush() throws ClosedException {
        if (out.checkError()) {
            throw new ClosedException();
        }
    }

    @Override
    public void close() throws ClosedException {
        flush();
    }
}
