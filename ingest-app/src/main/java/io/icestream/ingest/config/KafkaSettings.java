package io.icestream.ingest.config;

import java.util.Map;

/**
 * How to reach the brokers.
 *
 * @param properties client properties as Kafka names them, {@code bootstrap.servers} among them
 * @param streams properties of Kafka Streams that override ours, as Kafka names them
 * @param slotPartitions number of partitions of the {@code slots} topic; the same for all of an incarnation
 * @param replication replication factor of the topics that the ingest creates; -1 for the broker's default
 * @param threads stream threads in this process
 */
public record KafkaSettings(
        Map<String, String> properties,
        Map<String, String> streams,
        int slotPartitions,
        short replication,
        int threads) {

    public KafkaSettings {
        properties = Map.copyOf(properties);
        streams = Map.copyOf(streams);
    }

    /** Hides the values: properties may hold secrets. */
    @Override
    public String toString() {
        return "KafkaSettings" + properties.keySet();
    }
}
