package io.icestream.ingest.cli.run;

import io.icestream.ingest.cli.Terminal;
import java.io.PrintWriter;

/** A line at the bottom of a terminal that says how things stand; in a pipe there is none. For one thread at a time. */
final class LiveStatus implements AutoCloseable {

    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private String text = "";

    LiveStatus(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Changes the line. */
    void update(String status) {
        if (terminal) {
            int columns = Terminal.columns() - 1;
            text = status.length() > columns ? status.substring(0, columns) : status;
            draw();
        }
    }

    /** Prints lines above it. */
    void above(Runnable printing) {
        if (terminal) {
            out.print(CLEAR);
        }
        printing.run();
        draw();
    }

    private void draw() {
        if (terminal && !text.isEmpty()) {
            out.print(CLEAR + text);
            out.flush();
        }
    }

    @Override
    public void close() {
        if (terminal) {
            text = "";
            out.print(CLEAR);
            out.flush();
        }
    }
}
