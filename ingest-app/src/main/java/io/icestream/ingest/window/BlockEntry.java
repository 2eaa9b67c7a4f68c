package io.icestream.ingest.window;

import io.icestream.ingest.protocol.SourcePartition;

/**
 * What the heap keeps of a stored block.
 *
 * @param key its key in the table
 * @param window the window of its rows
 * @param source where its rows come from
 * @param minOffset smallest source offset of a row
 * @param maxOffset greatest source offset of a row
 * @param rows number of rows
 */
@SuppressWarnings("ArrayRecordComponent") // a key is compared by the table only
record BlockEntry(byte[] key, long window, SourcePartition source, long minOffset, long maxOffset, int rows) {

    /** Whether all rows lie in {@code [from, to)}. */
    boolean liesIn(long from, long to) {
        return minOffset >= from && maxOffset < to;
    }

    /** Whether no row lies in {@code [from, to)}. */
    boolean misses(long from, long to) {
        return maxOffset < from || minOffset >= to;
    }
}
