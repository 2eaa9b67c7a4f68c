package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.Progress;
import java.util.Locale;

/** Shows on standard error how far maintenance is. */
final class WorkProgress implements Progress, AutoCloseable {

    private final ProgressLine line;

    WorkProgress(Output output) {
        this.line = new ProgressLine(output.err());
    }

    @Override
    public void report(Stage stage, long done, long expected) {
        line.show(() -> stage.name().toLowerCase(Locale.ROOT) + ": " + done + (expected > 0 ? " of " + expected : ""));
    }

    @Override
    public void close() {
        line.close();
    }
}
