package io.icestream.ingest.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what is in a topic now, committed transactions only, as a bystander: no group, no offsets. */
public final class TopicReader {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Map<String, String> clientProperties;
    private final String topic;

    /**
     * @param clientProperties client properties as Kafka names them
     * @param topic name of the topic
     */
    public TopicReader(Map<String, String> clientProperties, String topic) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.topic = topic;
    }

    /**
     * Reads from the start to the present end.
     *
     * @param consumer takes each record; partition by partition in order
     * @return whether there is such a topic
     * @throws CliException if no broker answers
     */
    public boolean readAll(Consumer<ConsumerRecord<byte @Nullable [], byte @Nullable []>> consumer) {
        return read(Optional.empty(), consumer);
    }

    /**
     * Reads the last offsets of each partition up to the present end.
     *
     * @param offsets how many offsets before the end to begin; some of them may hold no record
     * @param consumer takes each record; partition by partition in order
     * @return whether there is such a topic
     * @throws CliException if no broker answers
     */
    public boolean readTail(long offsets, Consumer<ConsumerRecord<byte @Nullable [], byte @Nullable []>> consumer) {
        return read(Optional.of(offsets), consumer);
    }

    private boolean read(Optional<Long> tail, Consumer<ConsumerRecord<byte @Nullable [], byte @Nullable []>> consumer) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("isolation.level", "read_committed");
        properties.put("default.api.timeout.ms", Long.toString(PATIENCE.toMillis()));
        properties.put("allow.auto.create.topics", "false");
        properties.put("enable.auto.commit", "false");
        try (KafkaConsumer<byte @Nullable [], byte @Nullable []> kafka =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = partitions(kafka);
            kafka.assign(partitions);
            Map<TopicPartition, Long> begin = kafka.beginningOffsets(partitions);
            Map<TopicPartition, Long> end = kafka.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                long from = tail.map(count -> at(end, partition) - count).orElse(0L);
                kafka.seek(partition, Math.max(at(begin, partition), from));
            }
            drain(kafka, end, consumer);
            return !partitions.isEmpty();
        } catch (TimeoutException noAnswer) {
            String address = clientProperties.getOrDefault("bootstrap.servers", "(no bootstrap.servers)");
            throw Cluster.unreachable(address, PATIENCE, noAnswer);
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<?, ?> kafka) {
        return Optional.ofNullable(kafka.partitionsFor(topic)).orElse(List.of()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private static void drain(
            KafkaConsumer<byte @Nullable [], byte @Nullable []> kafka,
            Map<TopicPartition, Long> end,
            Consumer<ConsumerRecord<byte @Nullable [], byte @Nullable []>> consumer) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (end.keySet().stream().anyMatch(partition -> kafka.position(partition) < at(end, partition))) {
            for (ConsumerRecord<byte @Nullable [], byte @Nullable []> read : kafka.poll(Duration.ofMillis(200))) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
                if (read.offset() < at(end, new TopicPartition(read.topic(), read.partition()))) {
                    consumer.accept(read);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no records for " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        Long offset = offsets.get(partition);
        return offset == null ? 0 : offset;
    }
}
