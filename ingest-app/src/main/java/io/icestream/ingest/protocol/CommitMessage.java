package io.icestream.ingest.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import java.time.Instant;

/** What the committer is told, on the {@code commit} topic. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CommitMessage.Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = CommitMessage.ChunkReady.class, name = "chunk-ready"),
    @JsonSubTypes.Type(value = CommitMessage.RoundDone.class, name = "round-done"),
    @JsonSubTypes.Type(value = CommitMessage.Refused.class, name = "refused")
})
public sealed interface CommitMessage {

    /**
     * How far one source partition has been read. All rows below {@code position} are in this or an earlier transaction.
     *
     * @param incarnation the incarnation of the ingest that sent it
     * @param source the partition
     * @param firstEventMicros event time of the first accepted record, microseconds since 1970; {@link Long#MAX_VALUE} if none
     * @param greatestEventMicros latest event time seen, microseconds since 1970; {@link Long#MIN_VALUE} if none
     * @param watermarkMicros event time below which no more records are expected; {@link Long#MIN_VALUE} if none
     * @param position next offset
     * @param idle whether the partition is read to its end and nothing has come for the idle timeout, or was never written
     * @param ended whether the partition is read to the end offset of a bounded run
     * @param bad records below {@code position} that could not be used, counted since the ledger's start
     * @param skipped offsets below {@code position} that hold no record, counted since the ledger's start
     */
    record Progress(
            String incarnation,
            SourcePartition source,
            long firstEventMicros,
            long greatestEventMicros,
            long watermarkMicros,
            long position,
            boolean idle,
            boolean ended,
            long bad,
            long skipped)
            implements CommitMessage {

        /**
         * Copies the message with what is known of the end of its partition by now.
         *
         * @param nowIdle whether it is idle
         * @param nowEnded whether a bounded run has read it as far as it goes
         * @return the copy
         */
        public Progress withEnd(boolean nowIdle, boolean nowEnded) {
            return new Progress(
                    incarnation,
                    source,
                    firstEventMicros,
                    greatestEventMicros,
                    watermarkMicros,
                    position,
                    nowIdle,
                    nowEnded,
                    bad,
                    skipped);
        }
    }

    /**
     * A chunk of one array is stored.
     *
     * @param partition partition of {@code slots} that answers
     * @param round the round that it answers
     * @param array path of the array
     * @param chunk index of the chunk
     * @param reference where its bytes are
     * @param storedAt when they were stored, by the assembler's clock
     */
    record ChunkReady(
            int partition, String round, NodePath array, ChunkIndex chunk, ChunkReference reference, Instant storedAt)
            implements CommitMessage {}

    /**
     * A partition has answered a round in full.
     *
     * @param partition partition of {@code slots} that answers
     * @param round the round that it answers
     * @param chunks number of {@link ChunkReady} messages that belong to this answer
     * @param need smallest offset of each source partition that a restart without state has to read again
     * @param accepted accepted rows below the round's position
     * @param dead dead-lettered or dropped rows below the round's position
     * @param cells distinct cells in closed windows
     */
    record RoundDone(int partition, String round, int chunks, Offsets need, long accepted, long dead, long cells)
            implements CommitMessage {}

    /**
     * A partition cannot answer a round.
     *
     * @param partition partition of {@code slots} that answers
     * @param round the round that it answers
     * @param reason why, for the operator
     */
    record Refused(int partition, String round, String reason) implements CommitMessage {}
}
