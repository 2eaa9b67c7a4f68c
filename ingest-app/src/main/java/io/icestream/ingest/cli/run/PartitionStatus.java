package io.icestream.ingest.cli.run;

import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.SourcePartition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How far one source partition is.
 *
 * @param partition the partition
 * @param end offset behind the last record
 * @param read next offset that the application has not read, by its last progress message
 * @param published next offset that is not in the repository
 * @param lag offsets between what is published and the end
 * @param watermark event time below which no more records are expected, by the last progress message
 * @param idle whether it no longer holds the others back
 */
record PartitionStatus(
        String partition,
        long end,
        Optional<Long> read,
        long published,
        long lag,
        Optional<Instant> watermark,
        boolean idle) {

    static PartitionStatus of(SourcePartition partition, long end, long published, Optional<Progress> progress) {
        return new PartitionStatus(
                partition.toString(),
                end,
                progress.map(Progress::position),
                published,
                Math.max(0, end - published),
                progress.flatMap(last -> instant(last.watermarkMicros())),
                progress.map(Progress::idle).orElse(false));
    }

    /** {@return the instant of a count of microseconds, unless there is none} */
    static Optional<Instant> instant(long micros) {
        return micros == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
