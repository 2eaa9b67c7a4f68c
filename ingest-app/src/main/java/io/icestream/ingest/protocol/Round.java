package io.icestream.ingest.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A barrier: sent to every partition of {@code slots}, so that each assembler builds the same snapshot's share of chunks.
 *
 * @param round random id
 * @param incarnation the incarnation of the ingest that opened it
 * @param base the published ledger that it continues from
 * @param position next offset of each source partition: rows below it take part
 * @param close number of windows that are published afterwards
 * @param finalBefore windows below this index can no longer change afterwards
 */
public record Round(
        String round,
        String incarnation,
        RoundBase base,
        Offsets position,
        long close,
        @JsonProperty("final") long finalBefore) {

    /** {@return the rows that the round's snapshot holds} */
    public Cut cut() {
        return new Cut(position, close);
    }
}
