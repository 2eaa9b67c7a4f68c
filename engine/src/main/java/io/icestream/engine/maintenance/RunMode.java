package io.icestream.engine.maintenance;

/** Whether maintenance changes the repository. */
public enum RunMode {
    /** Do the work. */
    CHANGE,
    /** Say what would be done, and change nothing. */
    DRY_RUN
}
