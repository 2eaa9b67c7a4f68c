package io.icestream.ingest.cli.produce;

import java.util.Optional;

/**
 * A row that is ready to be sent.
 *
 * @param line number of its line in the input
 * @param key key of the record, if it has one
 * @param value value of the record
 * @param eventMicros event time, microseconds since 1970; 0 if no time column is named
 */
@SuppressWarnings("ArrayRecordComponent") // owned by one thread, never compared
record EncodedRow(long line, Optional<byte[]> key, byte[] value, long eventMicros) {}
