package io.icestream.ingest.lifecycle;

import io.icestream.ingest.config.IngestConfig;
import java.time.Duration;

/** One running ingest. Several processes may run the same ingest; Kafka shares the work out among them. Safe for use by several threads. */
@SuppressWarnings("DoNotCallSuggester") // until the ingest runs
public final class IngestApplication implements AutoCloseable {

    private IngestApplication() {}

    /**
     * Opens the repository, makes what is missing, and starts to read. Waits for brokers, source topics and registry that cannot be
     * reached yet, and tells the listener so.
     *
     * @param config what to do
     * @param options how to run
     * @param wiring what the ingest takes from its surroundings
     * @return the running ingest
     */
    public static IngestApplication start(IngestConfig config, RunOptions options, Wiring wiring) {
        throw new UnsupportedOperationException(config.id() + options + wiring);
    }

    /**
     * Waits until the run ends: at the end of a bounded run, after a halt, or after {@link #close}.
     *
     * @return how it ended
     * @throws InterruptedException if the waiting thread is interrupted; the ingest goes on
     */
    public RunSummary awaitEnd() throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /**
     * Stops reading, commits what was read, and leaves; a publish under way may be finished by the next owner. Does nothing the second
     * time.
     *
     * @param patience how long to wait for an orderly end
     */
    public void close(Duration patience) {
        throw new UnsupportedOperationException(patience.toString());
    }

    /** Closes with a patience of 30 seconds. */
    @Override
    public void close() {
        close(Duration.ofSeconds(30));
    }
}
