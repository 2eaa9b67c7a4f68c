package io.icestream.ingest.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.icestream.engine.format.SnapshotId;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a snapshot says about how it came to be; attributes of the group {@code /_icestream/<ingest id>} in the same snapshot as the data.
 *
 * <p>It is the truth of the ingest: Kafka's group offsets and the state stores are caches of what follows from it. In every snapshot
 * {@code sum(position) = sum(start) + sum(accepted) + sum(dead) + sum(bad) + sum(skipped)}.
 *
 * @param version layout of the ledger, {@value #LAYOUT}
 * @param id the snapshot that holds this ledger
 * @param sequence number of publishes before this one; 0 in the snapshot that created the data set
 * @param round the round that was published, empty at sequence 0
 * @param position next offset of each source partition: all records below it are accounted for
 * @param closed windows below this index are published
 * @param finalBefore windows below this index can no longer change
 * @param floor offset of each source partition that a restart without state has to read from
 * @param start offset of each source partition that the ingest began with
 * @param accepted accepted rows, by partition of {@code slots}
 * @param dead dead-lettered or dropped rows, by partition of {@code slots}
 * @param cells distinct (slot, station) in closed windows, by partition of {@code slots}
 * @param bad records that could not be decoded or placed, by source partition
 * @param skipped offsets that hold no record, by source partition
 * @param greatestEventMicros latest event time that was accounted for, microseconds since 1970
 * @param watermarkMicros event time up to which windows were closed, microseconds since 1970
 * @param lastDay the last day that ended, with the snapshot that completed it
 * @param clusterId id of the Kafka cluster
 * @param topicIds ids of the source topics, by name
 * @param layoutHash digest of the settings that decide which cell a record goes to
 */
public record Ledger(
        int version,
        SnapshotId id,
        long sequence,
        Optional<String> round,
        Offsets position,
        long closed,
        @JsonProperty("final") long finalBefore,
        Offsets floor,
        Offsets start,
        List<Long> accepted,
        List<Long> dead,
        List<Long> cells,
        Offsets bad,
        Offsets skipped,
        Optional<Long> greatestEventMicros,
        Optional<Long> watermarkMicros,
        Optional<EndedDay> lastDay,
        String clusterId,
        SortedMap<String, String> topicIds,
        String layoutHash) {

    /** The layout that this code writes and reads. */
    public static final int LAYOUT = 1;

    public Ledger {
        accepted = List.copyOf(accepted);
        dead = List.copyOf(dead);
        cells = List.copyOf(cells);
        topicIds = new TreeMap<>(topicIds);
        if (accepted.size() != dead.size() || accepted.size() != cells.size()) {
            throw new IllegalArgumentException("Invalid ledger: counters of " + accepted.size() + ", " + dead.size()
                    + " and " + cells.size() + " partitions of slots");
        }
        if (finalBefore > closed) {
            throw new IllegalArgumentException("Invalid ledger: final " + finalBefore + " is beyond closed " + closed);
        }
    }

    /**
     * A day that ended.
     *
     * @param day the day in the data set's zone
     * @param snapshot the snapshot that completed it
     */
    public record EndedDay(LocalDate day, SnapshotId snapshot) {}

    /** {@return number of partitions of {@code slots}} */
    public int slotPartitions() {
        return accepted.size();
    }

    /** {@return what a round that continues from here has to know} */
    public RoundBase base() {
        return new RoundBase(id, sequence, position, closed, finalBefore, accepted, dead, cells);
    }

    /** {@return rows that a newer version of the same cell replaced, once all windows below {@link #position} are closed} */
    public long superseded() {
        return total(accepted) - total(cells);
    }

    /**
     * Adds up a counter that is kept by partition.
     *
     * @param counter the counter
     * @return its sum
     */
    public static long total(List<Long> counter) {
        return counter.stream().mapToLong(Long::longValue).sum();
    }

    /** {@return whether the counts add up to the position} */
    public boolean isBalanced() {
        return position.sum() == start.sum() + total(accepted) + total(dead) + bad.sum() + skipped.sum();
    }

    /**
     * Looks at the ledger with another number of partitions of {@code slots}. Only sums of the counts mean something then, so the first
     * partition gets them: what is added later is added to the same sums.
     *
     * @param partitions number of partitions of {@code slots}
     * @return the ledger with counts for that number; itself if it has them
     */
    public Ledger over(int partitions) {
        if (partitions == slotPartitions()) {
            return this;
        }
        return new Ledger(
                version,
                id,
                sequence,
                round,
                position,
                closed,
                finalBefore,
                floor,
                start,
                inFirst(accepted, partitions),
                inFirst(dead, partitions),
                inFirst(cells, partitions),
                bad,
                skipped,
                greatestEventMicros,
                watermarkMicros,
                lastDay,
                clusterId,
                topicIds,
                layoutHash);
    }

    private static List<Long> inFirst(List<Long> counter, int partitions) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(partitions, 0L));
        counts.set(0, total(counter));
        return counts;
    }

    /**
     * Copies the ledger into another snapshot.
     *
     * @param snapshot the snapshot that will hold it
     * @param day the day that this snapshot ends, if any
     * @return the ledger of that snapshot
     */
    public Ledger in(SnapshotId snapshot, Optional<LocalDate> day) {
        return new Ledger(
                version,
                snapshot,
                sequence,
                round,
                position,
                closed,
                finalBefore,
                floor,
                start,
                accepted,
                dead,
                cells,
                bad,
                skipped,
                greatestEventMicros,
                watermarkMicros,
                day.map(d -> new EndedDay(d, snapshot)).or(() -> lastDay),
                clusterId,
                topicIds,
                layoutHash);
    }

    /**
     * Ledger of a data set that was just created.
     *
     * @param snapshot the snapshot that will hold it
     * @param start offset of each source partition that the ingest begins with
     * @param slotPartitions number of partitions of {@code slots}
     * @param clusterId id of the Kafka cluster
     * @param topicIds ids of the source topics, by name
     * @param layoutHash digest of the settings that decide which cell a record goes to
     * @return the ledger with sequence 0
     */
    public static Ledger initial(
            SnapshotId snapshot,
            Offsets start,
            int slotPartitions,
            String clusterId,
            Map<String, String> topicIds,
            String layoutHash) {
        List<Long> zeros = Collections.nCopies(slotPartitions, 0L);
        return new Ledger(
                LAYOUT,
                snapshot,
                0,
                Optional.empty(),
                start,
                0,
                0,
                start,
                start,
                zeros,
                zeros,
                zeros,
                Offsets.NONE,
                Offsets.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                clusterId,
                new TreeMap<>(topicIds),
                layoutHash);
    }
}
