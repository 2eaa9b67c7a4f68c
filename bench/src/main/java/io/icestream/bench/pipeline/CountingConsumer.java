package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Contestant that reads the topic and only counts: the most that a consumer on one thread can reach. Reads it twice, the second time warm, with a new consumer, as one that
 * seeks again waits behind a parked fetch.
 */
public final class CountingConsumer {
    private CountingConsumer() {}

    /**
     * Reads the topic twice and prints a line for each.
     *
     * @param args broker, topic, number of records
     */
    public static void main(String[] args) {
        long records = Long.parseLong(args[2]);
        System.out.println(read(args[0], args[1], records, "java-consumer-cold"));
        System.out.println(read(args[0], args[1], records, "java-consumer-warm"));
    }

    private static ObjectNode read(String broker, String topic, long records, String name) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        Halves halves = new Halves(records);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!halves.isDone()) {
                halves.read(consumer.poll(Duration.ofMillis(500)).count());
            }
        }
        return halves.figures(name);
    }
}
