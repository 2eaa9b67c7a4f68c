package io.icestream.ingest.topology;

/**
 * Whether the committer of this process has asked something of the repository and not yet told what came of it. What the repository shows
 * meanwhile was not announced, so a run must not end on it. Thread-safe.
 */
public final class CommitterActivity {

    private volatile boolean busy;

    /** Notes that a call begins. */
    void begin() {
        busy = true;
    }

    /** Notes that its result was taken in and told of, or never will be. */
    void end() {
        busy = false;
    }

    /** {@return true if everything that this process did in the repository was told of} */
    public boolean isIdle() {
        return !busy;
    }
}
