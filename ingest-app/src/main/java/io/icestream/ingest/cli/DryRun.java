package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.RunMode;
import picocli.CommandLine.Option;

/** Whether a verb changes anything. To be used as a picocli mixin. */
final class DryRun {

    @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
    private boolean dryRun;

    /** {@return the mode for the work} */
    RunMode mode() {
        return dryRun ? RunMode.DRY_RUN : RunMode.CHANGE;
    }

    /** {@return a phrase that says what was done, or would be} */
    String did(String would, String did) {
        return dryRun ? would : did;
    }
}
