package io.icestream.ingest.topology;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.protocol.Ledger;
import java.time.LocalDate;

/**
 * Is told what an ingest does, for progress lines and logs. Called from several threads, one call at a time per kind; must be quick and
 * must not throw. Calls may repeat after a restart: ledger id and tag name identify what happened.
 */
public interface IngestListener {

    /** Takes no notice. */
    IngestListener NONE = new IngestListener() {};

    /**
     * A round was published.
     *
     * @param ledger the ledger of the new snapshot
     * @param windows number of windows that it closed; 0 if it only revised published ones
     */
    default void published(Ledger ledger, long windows) {}

    /**
     * A day was tagged.
     *
     * @param day the day in the data set's zone
     * @param tag name of the tag
     * @param snapshot the snapshot that carries it
     */
    default void tagged(LocalDate day, String tag, SnapshotId snapshot) {}

    /**
     * Something went differently from what was asked for, but the ingest goes on.
     *
     * @param message what, and what to do about it
     */
    default void warned(String message) {}

    /**
     * The ingest cannot go on without an operator and stops.
     *
     * @param reason why, and the way out
     */
    default void halted(String reason) {}

    /**
     * The ingest waits for something outside of it; nothing is lost.
     *
     * @param what what it waits for, for instance {@code the schema registry at http://127.0.0.1:8081}
     */
    default void waiting(String what) {}

    /**
     * What {@link #waiting} told of is there again.
     *
     * @param what what it waited for
     */
    default void resumed(String what) {}
}
