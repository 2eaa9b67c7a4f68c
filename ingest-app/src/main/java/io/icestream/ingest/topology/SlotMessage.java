package io.icestream.ingest.topology;

import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.ProtocolException;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.slice.Block;
import org.jspecify.annotations.Nullable;

/** What travels on {@code slots}: an encoded block, or a round as JSON. The first byte tells them apart: only a round begins with a brace. */
sealed interface SlotMessage {

    /** {@return the bytes of the record} */
    byte[] encoded();

    /**
     * A block, encoded as {@link Block} describes.
     *
     * @param chunk the chunk that its rows belong to; decides the partition
     * @param encoded its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
    record Rows(ChunkKey chunk, byte[] encoded) implements SlotMessage {}

    /**
     * A round, for every partition.
     *
     * @param round the round
     */
    record Barrier(Round round) implements SlotMessage {
        @Override
        public byte[] encoded() {
            return ProtocolJson.encode(round);
        }
    }

    /**
     * Tells whether a record is a round.
     *
     * @param value the record's value
     * @return whether it is; otherwise it is a block
     * @throws ProtocolException if it is empty
     */
    static boolean isRound(byte @Nullable [] value) {
        if (value == null || value.length == 0) {
            throw new ProtocolException(
                    "Cannot read a record of the slots topic: it is empty; somebody else wrote to the topic", null);
        }
        return value[0] == '{';
    }
}
