package io.icestream.ingest.topology;

import io.icestream.ingest.decode.TimestampOrigin;
import io.icestream.ingest.protocol.Reason;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.BlockBuffers;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the value of a record into a row. Belongs to one task. */
public interface RecordDecoder {

    /** What {@link #decode} answers for a record that cannot be used. */
    long REJECTED = Long.MIN_VALUE;

    /**
     * Why the last record was rejected.
     *
     * @param reason the reason
     * @param detail what exactly
     * @param eventTime event time, if it was read
     */
    record Rejection(Reason reason, String detail, Optional<Instant> eventTime) {}

    /**
     * Appends a record's row to the buffers.
     *
     * @param value value of the record, null for a tombstone
     * @param timestampMillis timestamp of the record
     * @param origin who set it
     * @param target takes the row
     * @param source partition of the record
     * @param offset its offset
     * @return its event time, microseconds since 1970, or {@link #REJECTED}
     */
    long decode(
            byte @Nullable [] value,
            long timestampMillis,
            TimestampOrigin origin,
            BlockBuffers target,
            SourcePartition source,
            long offset);

    /** {@return why the last record was rejected} */
    Rejection rejection();
}
