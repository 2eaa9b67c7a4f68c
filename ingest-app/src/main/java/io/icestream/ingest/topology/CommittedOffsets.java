package io.icestream.ingest.topology;

/** The committed offsets of the ingest's group. Thread-safe; blocks for a request. */
@FunctionalInterface
public interface CommittedOffsets {

    /**
     * Fetches the committed offset of an input; each has one since the incarnation began.
     *
     * @param topic name of the topic
     * @param partition number of the partition
     * @return the offset
     * @throws HaltException if there is none
     */
    long fetch(String topic, int partition);
}
