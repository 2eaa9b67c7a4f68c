package io.icestream.ingest.topology;

import java.util.OptionalLong;

/** The committed offsets of the ingest's group. Thread-safe; blocks for a request. */
@FunctionalInterface
public interface CommittedOffsets {

    /**
     * Fetches a committed offset.
     *
     * @param topic name of the topic
     * @param partition number of the partition
     * @return the offset, or empty if none is committed
     */
    OptionalLong find(String topic, int partition);
}
