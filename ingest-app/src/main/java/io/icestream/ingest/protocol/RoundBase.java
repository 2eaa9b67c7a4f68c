package io.icestream.ingest.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.icestream.engine.format.SnapshotId;
import java.util.List;

/**
 * The published ledger that a round continues from, as far as assemblers need it.
 *
 * @param id the snapshot that holds the ledger
 * @param sequence its number
 * @param position next offset of each source partition
 * @param closed number of published windows
 * @param finalBefore windows below this index can no longer change
 * @param accepted accepted rows, by partition of {@code slots}
 * @param dead dead-lettered rows, by partition of {@code slots}
 * @param cells distinct cells in closed windows, by partition of {@code slots}
 */
public record RoundBase(
        SnapshotId id,
        long sequence,
        Offsets position,
        long closed,
        @JsonProperty("final") long finalBefore,
        List<Long> accepted,
        List<Long> dead,
        List<Long> cells) {

    public RoundBase {
        accepted = List.copyOf(accepted);
        dead = List.copyOf(dead);
        cells = List.copyOf(cells);
    }

    /** {@return the rows that the base's snapshot holds} */
    public Cut cut() {
        return new Cut(position, closed);
    }
}
