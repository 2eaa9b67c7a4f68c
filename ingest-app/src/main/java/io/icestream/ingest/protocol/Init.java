package io.icestream.ingest.protocol;

import java.util.List;

/**
 * Start of an incarnation, on the compacted {@code control} topic: what the stores were (re)built from.
 *
 * @param incarnation id of the incarnation; part of the application id, so that stale stores and changelogs vanish with it
 * @param ledger the ledger that the incarnation starts from
 * @param sources offset of each source partition that it starts to read at
 * @param slots start offset of each partition of {@code slots}
 * @param commit start offset of the {@code commit} topic
 */
public record Init(String incarnation, Ledger ledger, Offsets sources, List<Long> slots, long commit) {

    public Init {
        slots = List.copyOf(slots);
    }
}
