package io.icestream.bench.pipeline;

/**
 * How much is read: one record per station and minute.
 *
 * @param minutes number of minutes
 * @param stations number of stations
 */
record Size(int minutes, int stations) {
    /** Minutes in the smallest commit of a contestant. */
    static final int WINDOW_MINUTES = 60;

    long records() {
        return (long) minutes * stations;
    }

    /** How many records the first windows hold. */
    long recordsIn(long windows) {
        return Math.min(minutes, windows * WINDOW_MINUTES) * stations;
    }
}
