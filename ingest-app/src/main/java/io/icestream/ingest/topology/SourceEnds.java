package io.icestream.ingest.topology;

import io.icestream.ingest.protocol.SourcePartition;

/** What is known of the ends of source partitions, from looks at the brokers that are a second old at most. Thread-safe. */
public interface SourceEnds {

    /**
     * Tells whether a partition is read to its end. A partition that lags, or whose end is not known yet, is not.
     *
     * @param partition the partition
     * @param position next offset to be read
     * @return whether the position, or the committed offset of the group, has reached the end for readers of committed records
     */
    boolean isReadToEnd(SourcePartition partition, long position);

    /**
     * Tells whether a bounded run has read a partition as far as it goes.
     *
     * @param partition the partition
     * @param position next offset to be read
     * @return whether the position has reached the end taken at the start; never if the run is not bounded
     */
    boolean isEnded(SourcePartition partition, long position);
}
