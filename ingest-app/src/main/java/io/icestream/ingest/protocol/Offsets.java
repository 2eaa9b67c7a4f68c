package io.icestream.ingest.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * One number per source partition: an offset, or a count of records.
 *
 * @param byPartition the numbers; a partition that is not listed has 0
 */
public record Offsets(@JsonValue SortedMap<SourcePartition, Long> byPartition) {

    /** No partition at all. */
    public static final Offsets NONE = new Offsets(new TreeMap<>());

    @JsonCreator
    public Offsets {
        byPartition = Collections.unmodifiableSortedMap(new TreeMap<>(byPartition));
    }

    /**
     * Makes a vector.
     *
     * @param byPartition the numbers
     * @return the vector
     */
    public static Offsets of(Map<SourcePartition, Long> byPartition) {
        return new Offsets(new TreeMap<>(byPartition));
    }

    /**
     * Finds the number of one partition.
     *
     * @param partition the partition
     * @return its number, 0 if it is not listed
     */
    public long at(SourcePartition partition) {
        return byPartition.getOrDefault(partition, 0L);
    }

    /** {@return the sum over all partitions} */
    public long sum() {
        return byPartition.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Joins two vectors entry by entry; an entry that only one of them lists is taken as it is.
     *
     * @param other the other vector
     * @param join what to make of two numbers
     * @return the joined vector
     */
    public Offsets merge(Offsets other, LongBinaryOperator join) {
        TreeMap<SourcePartition, Long> merged = new TreeMap<>(byPartition);
        other.byPartition.forEach((partition, value) -> merged.merge(partition, value, join::applyAsLong));
        return new Offsets(merged);
    }

    /**
     * Tells whether every entry of the other vector is reached.
     *
     * @param other the other vector
     * @return whether no entry here is smaller than its counterpart there
     */
    public boolean reaches(Offsets other) {
        return other.byPartition.entrySet().stream().allMatch(entry -> at(entry.getKey()) >= entry.getValue());
    }
}
