package io.icestream.ingest.window;

import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.Round;
import java.time.Instant;
import java.util.Optional;

/**
 * A round that the committer waits for, with what it needs to know of the moment at which it opened it.
 *
 * @param round the round
 * @param openedAt when it was opened, by the committer's clock
 * @param bad records that could not be used below the round's position
 * @param skipped offsets that hold no record below the round's position
 * @param greatestEventMicros latest event time below the round's position
 * @param watermarkMicros watermark that closed its windows
 * @param isLast whether it was opened when every source partition had ended
 */
record OpenRound(
        Round round,
        Instant openedAt,
        Offsets bad,
        Offsets skipped,
        Optional<Long> greatestEventMicros,
        Optional<Long> watermarkMicros,
        boolean isLast) {}
