package io.icestream.ingest.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A line on standard error about long work: redrawn in place four times a second in a terminal, printed every ten seconds in a pipe.
 * Short work shows nothing. For one thread.
 */
public final class ProgressLine implements AutoCloseable {

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration REDRAW = Duration.ofMillis(250);
    private static final Duration PIPE = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final boolean terminal;
    private long next;
    private boolean drawn;

    /**
     * @param err standard error
     */
    public ProgressLine(PrintWriter err) {
        this.err = err;
        this.terminal = Terminal.isErrorInteractive();
        this.next = System.nanoTime() + (terminal ? FIRST : PIPE).toNanos();
    }

    /**
     * Shows how far the work is, if it is time to.
     *
     * @param text makes the line
     */
    public void show(Supplier<String> text) {
        long now = System.nanoTime();
        if (now < next) {
            return;
        }
        next = now + (terminal ? REDRAW : PIPE).toNanos();
        if (terminal) {
            err.print("\r\u001b[K" + text.get());
            err.flush();
            drawn = true;
        } else {
            err.println(text.get());
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
