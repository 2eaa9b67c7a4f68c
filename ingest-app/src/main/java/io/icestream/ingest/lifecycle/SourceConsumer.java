package io.icestream.ingest.lifecycle;

import io.icestream.ingest.topology.SourceBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer that hands out the records of sources in batches ({@link SourceBatch}), and lets an ingest's own topics overtake them.
 *
 * <p>What a consumer has fetched it hands out in the order in which it came. While a backlog is read, rounds and blocks would lie behind
 * hundreds of thousands of observations: commits would take seconds, and blocks would pile up faster than they are stored. So some of
 * the polls of a backlog hold the sources back and take only what has come from the own topics.
 */
final class SourceConsumer extends KafkaConsumer<byte[], byte[]> {

    /** Shortest time between two polls of own topics alone. */
    private static final long OWN_NANOS = Duration.ofMillis(20).toNanos();

    private final Set<String> own;

    /** Partitions that this class has paused; not those that somebody else paused, nor any that was assigned since. */
    private final Set<TopicPartition> held = new HashSet<>();

    private boolean sourcesJustRead;
    private long ownPolledNanos;

    /**
     * Makes a consumer.
     *
     * @param settings as Kafka Streams gives them
     * @param own names of the ingest's own topics
     */
    SourceConsumer(Map<String, Object> settings, Set<String> own) {
        super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.own = Set.copyOf(own);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new Releasing(listener));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (sourcesJustRead && System.nanoTime() - ownPolledNanos > OWN_NANOS) {
            sourcesJustRead = false;
            ownPolledNanos = System.nanoTime();
            return packed(pollOwn());
        }
        ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
        sourcesJustRead = records.partitions().stream().anyMatch(this::isSource);
        return packed(records);
    }

    private ConsumerRecords<byte[], byte[]> packed(ConsumerRecords<byte[], byte[]> records) {
        if (records.partitions().stream().noneMatch(this::isSource)) {
            return records;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> packed = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> list = records.records(partition);
            packed.put(partition, isSource(partition) ? packed(list) : list);
        }
        return new ConsumerRecords<>(packed, records.nextOffsets());
    }

    private static List<ConsumerRecord<byte[], byte[]>> packed(List<ConsumerRecord<byte[], byte[]>> records) {
        List<ConsumerRecord<byte[], byte[]>> batches = new ArrayList<>();
        int done = 0;
        while (done < records.size()) {
            SourceBatch.Packed batch = SourceBatch.pack(records.subList(done, records.size()));
            batches.add(batch.record());
            done += batch.count();
        }
        return batches;
    }

    /** Only a source that is assigned during the poll can be among the records. */
    private ConsumerRecords<byte[], byte[]> pollOwn() {
        held.addAll(assignment());
        held.removeAll(paused());
        held.removeIf(partition -> !isSource(partition));
        pause(held);
        try {
            return super.poll(Duration.ZERO);
        } finally {
            held.retainAll(assignment());
            resume(held);
            held.clear();
        }
    }

    private boolean isSource(TopicPartition partition) {
        return !own.contains(partition.topic());
    }

    /** What is revoked, or assigned anew, during a poll is no longer ours to resume. */
    private final class Releasing implements ConsumerRebalanceListener {

        private final ConsumerRebalanceListener next;

        Releasing(ConsumerRebalanceListener next) {
            this.next = next;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(held::remove);
            next.onPartitionsRevoked(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(held::remove);
            next.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(held::remove);
            next.onPartitionsLost(partitions);
        }
    }
}
