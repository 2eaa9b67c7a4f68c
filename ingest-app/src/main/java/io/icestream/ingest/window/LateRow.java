package io.icestream.ingest.window;

import io.icestream.ingest.protocol.SourcePartition;
import java.time.Instant;
import java.util.SortedMap;

/**
 * A row that came after its chunk was final (rule P11).
 *
 * @param source where the record was read
 * @param offset its offset
 * @param time instant of its slot
 * @param station index of its station
 * @param values its values by name of the variable; numbers as text
 */
public record LateRow(
        SourcePartition source, long offset, Instant time, int station, SortedMap<String, String> values) {}
