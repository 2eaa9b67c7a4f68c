package io.icestream.ingest.lifecycle;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Finds the offset after the last record of each source partition. It may lie below the end of the partition: transaction markers and
 * aborted records take offsets, too, and a reader never gets to see them.
 */
final class LastRecords {

    private static final int FIRST_STEP = 2;
    private static final int STEP_FACTOR = 64;

    private final IngestConfig config;
    private final Brokers brokers;
    private final Topics topics;

    LastRecords(IngestConfig config, Brokers brokers, Topics topics) {
        this.config = config;
        this.brokers = brokers;
        this.topics = topics;
    }

    /** Cost: reads a few records at the end of every partition. */
    Offsets find() {
        Map<TopicPartition, Long> starts = brokers.starts(topics.sourcePartitions());
        Map<TopicPartition, Long> ends = brokers.ends(topics.sourcePartitions(), IsolationLevel.READ_COMMITTED);
        Map<SourcePartition, Long> found = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            for (SourcePartition source : topics.sources()) {
                TopicPartition partition = Topics.of(source);
                found.put(
                        source,
                        find(
                                consumer,
                                partition,
                                starts.getOrDefault(partition, 0L),
                                ends.getOrDefault(partition, 0L)));
            }
        }
        return Offsets.of(found);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(config.clientProperties());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static long find(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long start, long end) {
        consumer.assign(java.util.List.of(partition));
        for (long step = FIRST_STEP; ; step *= STEP_FACTOR) {
            long from = Math.max(start, end - step);
            long last = lastIn(consumer, partition, from, end);
            if (last >= 0) {
                return last + 1;
            }
            if (from == start) {
                return start;
            }
        }
    }

    private static long lastIn(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
        long last = -1;
        consumer.seek(partition, from);
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                last = record.offset() < end ? record.offset() : last;
            }
        }
        return last;
    }
}
