package io.icestream.ingest.topology;

import io.icestream.ingest.slice.DatasetGrid;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends a block to the partition of its chunk and a round to every partition. */
final class SlotPartitioner implements StreamPartitioner<byte[], SlotMessage> {

    @Override
    public Optional<Set<Integer>> partitions(String topic, byte[] key, SlotMessage message, int partitions) {
        if (message instanceof SlotMessage.Rows rows) {
            return Optional.of(Set.of(DatasetGrid.partitionOf(rows.chunk(), partitions)));
        }
        return Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet()));
    }
}
