package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What verbs ask the brokers, on a real one. */
@Timeout(120)
final class ClusterTest {

    /** So many that the broker is still at it when the controller has answered. */
    private static final int PARTITIONS = 200;

    @Test
    @DisplayName("a created topic takes records at once, whatever the number of its partitions")
    void aCreatedTopicIsLed(@TempDir Path folder) throws Exception {
        try (LocalBroker broker = LocalBroker.start(folder)) {
            Map<String, String> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Cluster cluster = Cluster.at(client, Duration.ofSeconds(60))) {
                cluster.createTopic(new NewTopic("many", PARTITIONS, (short) 1));
                assertThat(endsAskedOnce(client))
                        .hasSize(PARTITIONS)
                        .allSatisfy((partition, end) -> assertThat(end).isZero());

                cluster.createTopic(new NewTopic("many", 1, (short) 1));
                assertThat(cluster.findTopic("many"))
                        .hasValueSatisfying(
                                kept -> assertThat(kept.partitions()).hasSize(PARTITIONS));
            }
        }
    }

    /** Fails at the first leader that does not know that it is one. */
    private static Map<TopicPartition, Long> endsAskedOnce(Map<String, String> client) throws Exception {
        Map<String, Object> impatient = new HashMap<>(client);
        impatient.put("retries", 0);
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            wanted.put(new TopicPartition("many", partition), OffsetSpec.latest());
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (Admin admin = Admin.create(impatient)) {
            admin.listOffsets(wanted).all().get().forEach((partition, info) -> ends.put(partition, info.offset()));
        }
        return ends;
    }
}
