package io.icestream.ingest.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What verbs ask the brokers. Every call ends within the patience; then the brokers count as unreachable. For one thread. */
public final class Cluster implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Admin admin;
    private final String address;
    private final Duration patience;

    private Cluster(Admin admin, String address, Duration patience) {
        this.admin = admin;
        this.address = address;
        this.patience = patience;
    }

    /**
     * Prepares to talk to the brokers; the first call connects.
     *
     * @param clientProperties client properties as Kafka names them
     * @param patience how long one call may take
     * @return the cluster
     */
    public static Cluster at(Map<String, String> clientProperties, Duration patience) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("default.api.timeout.ms", Long.toString(patience.toMillis()));
        properties.put("request.timeout.ms", Long.toString(Math.min(5_000, patience.toMillis())));
        String address = clientProperties.getOrDefault("bootstrap.servers", "(no bootstrap.servers)");
        return new Cluster(Admin.create(properties), address, patience);
    }

    /** {@return id of the cluster} */
    public String id() {
        return await(admin.describeCluster().clusterId());
    }

    /**
     * Finds a topic.
     *
     * @param name its name
     * @return its description, or empty if there is none
     */
    public Optional<TopicDescription> findTopic(String name) {
        try {
            Map<String, TopicDescription> found =
                    await(admin.describeTopics(List.of(name)).allTopicNames());
            return Optional.ofNullable(found.get(name));
        } catch (UnknownTopicOrPartitionException absent) {
            return Optional.empty();
        }
    }

    /**
     * Creates a topic and waits until its partitions take records; of one that exists only the partitions are waited for.
     *
     * <p>The controller answers before the leaders know of the topic. Brokers before the mend of KAFKA-15591 (4.3 among them) can then
     * refuse an idempotent producer's first batch, accept its second one, and refuse the first for ever as out of order.
     *
     * @param topic name, partitions, replication, settings
     */
    public void createTopic(NewTopic topic) {
        try {
            await(admin.createTopics(List.of(topic)).all());
        } catch (TopicExistsException somebodyWasFaster) {
            // What was wanted is there.
        }
        awaitLeaders(topic.name());
    }

    /** The client asks a leader again until it knows that it is one. */
    private void awaitLeaders(String topic) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        TopicDescription description = awaitTopic(topic);
        description
                .partitions()
                .forEach(each -> ends.put(new TopicPartition(topic, each.partition()), OffsetSpec.latest()));
        offsets(ends);
    }

    private TopicDescription awaitTopic(String name) {
        Instant deadline = Instant.now().plus(patience);
        while (Instant.now().isBefore(deadline)) {
            Optional<TopicDescription> found = findTopic(name);
            if (found.isPresent()) {
                return found.get();
            }
            pause();
        }
        throw new CliException(
                ExitCode.FAILED,
                "The brokers at " + address + " do not know topic '" + name + "' " + patience.toSeconds()
                        + " s after it was created; see the logs of the controller and of the brokers");
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private CliException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new CliException(ExitCode.FAILED, "Interrupted while waiting for " + address, cause);
    }

    /**
     * Finds offsets.
     *
     * @param wanted partitions with what is wanted of them, for instance the end
     * @return the offset of each
     */
    public Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> wanted) {
        Map<TopicPartition, Long> found = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> entry :
                await(admin.listOffsets(wanted).all()).entrySet()) {
            found.put(entry.getKey(), entry.getValue().offset());
        }
        return found;
    }

    private <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TimeoutException) {
                throw unreachable(address, patience, failed);
            }
            if (failed.getCause() instanceof KafkaException known) {
                throw known;
            }
            throw new CliException(ExitCode.FAILED, "Cannot ask " + address + ": " + failed.getCause(), failed);
        }
    }

    /**
     * Makes the failure that tells of brokers that do not answer.
     *
     * @param address where they should be
     * @param patience how long was waited
     * @param cause the first cause
     * @return the failure, to be thrown
     */
    public static CliException unreachable(String address, Duration patience, Throwable cause) {
        return new CliException(
                ExitCode.UNREACHABLE,
                "No Kafka broker answers at " + address + " within " + patience.toSeconds()
                        + " s; is it running, and is bootstrap.servers right?",
                cause);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
