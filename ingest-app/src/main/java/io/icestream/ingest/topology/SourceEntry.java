package io.icestream.ingest.topology;

import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.SourcePartition;

/**
 * What the decode store keeps of a source partition; written by the drain only, in the transaction of the blocks it covers.
 *
 * @param incarnation incarnation of the ingest that wrote it
 * @param position next offset
 * @param countedFrom offset from which on bad and skipped records are counted: those below were counted before a {@code reinit}
 * @param firstEventMicros event time of the first accepted record, {@link Long#MAX_VALUE} if none
 * @param greatestEventMicros latest event time, {@link Long#MIN_VALUE} if none
 * @param bad records that could not be used, since the ledger's start
 * @param skipped offsets that hold no record, since the ledger's start
 */
record SourceEntry(
        String incarnation,
        long position,
        long countedFrom,
        long firstEventMicros,
        long greatestEventMicros,
        long bad,
        long skipped) {

    /** The entry that an incarnation starts with. */
    static SourceEntry initial(Init init, SourcePartition source) {
        return new SourceEntry(
                init.incarnation(),
                init.sources().at(source),
                init.ledger().position().at(source),
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                init.ledger().bad().at(source),
                init.ledger().skipped().at(source));
    }
}
