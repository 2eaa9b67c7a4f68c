package io.icestream.ingest.lifecycle;

/**
 * How an ingest is to run.
 *
 * @param untilEnd whether it ends when everything up to the end offsets taken at its start is published and every window and day is
 *     closed; otherwise it runs until it is closed
 */
public record RunOptions(boolean untilEnd) {

    /** Runs until it is closed. */
    public static final RunOptions CONTINUOUS = new RunOptions(false);

    /** Ends when the input present at its start is published. */
    public static final RunOptions TO_END = new RunOptions(true);
}
