package io.icestream.ingest.lifecycle;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The brokers as the start of an ingest sees them: topics, offsets, group. Calls block; while no broker answers they wait, as long as it
 * takes, and tell the listener. Thread-safe.
 */
final class Brokers implements AutoCloseable {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORT_PAUSE = Duration.ofMillis(100);
    /** Longer than a transaction can be pending. */
    private static final int COMMITTED_TRIES = 200;

    /** Brokers take a moment to know a topic that was just made. */
    private static final int QUIET_TRIES = 2;

    private final Admin admin;
    private final String address;
    private final IngestListener listener;

    Brokers(IngestConfig config, IngestListener listener) {
        Map<String, Object> properties = new HashMap<>(config.clientProperties());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL_TIMEOUT.toMillis());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CALL_TIMEOUT.toMillis());
        this.admin = Admin.create(properties);
        this.address = String.valueOf(config.clientProperties().get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        this.listener = listener;
    }

    /** Id of the cluster. */
    String clusterId() {
        return ask(client -> client.describeCluster().clusterId());
    }

    /** Describes topics; a missing one is not in the result. */
    Map<String, TopicDescription> describe(Collection<String> topics) {
        Map<String, TopicDescription> found = new TreeMap<>();
        for (String topic : topics) {
            find(topic).ifPresent(description -> found.put(topic, description));
        }
        return found;
    }

    private Optional<TopicDescription> find(String topic) {
        try {
            return Optional.of(ask(client ->
                    client.describeTopics(List.of(topic)).topicNameValues().get(topic)));
        } catch (UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }

    /** Describes topics, waiting until all of them exist. */
    Map<String, TopicDescription> awaitTopics(Collection<String> topics) {
        String waiting = "";
        for (int tries = 1; ; tries++) {
            Map<String, TopicDescription> found = describe(topics);
            String missing = topics.stream()
                    .filter(topic -> !found.containsKey(topic))
                    .map(topic -> "'" + topic + "'")
                    .collect(Collectors.joining(", "));
            if (missing.isEmpty()) {
                if (!waiting.isEmpty()) {
                    listener.resumed(waiting);
                }
                return found;
            }
            if (waiting.isEmpty() && tries > QUIET_TRIES) {
                waiting = "topic " + missing + " at " + address;
                listener.waiting(waiting + ": it does not exist; create it or correct dataset.topics");
            }
            Pauses.sleep(PAUSE);
        }
    }

    /** A setting of a topic, the broker's default included. */
    String setting(String topic, String name) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config =
                ask(client -> client.describeConfigs(List.of(resource)).values().get(resource));
        return config.get(name).value();
    }

    /** Makes a topic; one that exists is left as it is. */
    void create(NewTopic topic) {
        try {
            ask(client -> client.createTopics(List.of(topic)).values().get(topic.name()));
        } catch (TopicExistsException e) {
            return;
        }
    }

    /** Deletes a topic; one that does not exist is fine. */
    void deleteTopic(String topic) {
        try {
            ask(client -> client.deleteTopics(List.of(topic)).topicNameValues().get(topic));
        } catch (UnknownTopicOrPartitionException e) {
            return;
        }
    }

    /** Deletes the records below an offset of each partition. */
    void deleteRecords(Map<TopicPartition, Long> below) {
        Map<TopicPartition, RecordsToDelete> request = new HashMap<>();
        below.forEach((partition, offset) -> request.put(partition, RecordsToDelete.beforeOffset(offset)));
        ask(client -> client.deleteRecords(request).all());
    }

    Set<String> topics() {
        return ask(client -> client.listTopics().names());
    }

    /** First offset that can be read, by partition. */
    Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    }

    /** Offset after the last one, by partition. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, IsolationLevel isolation) {
        return offsets(partitions, OffsetSpec.latest(), isolation);
    }

    /** Waits until the partitions of topics take records: a controller answers before the leaders know of a new topic. */
    void awaitLeaders(Collection<TopicDescription> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic : topics) {
            topic.partitions().forEach(each -> partitions.add(new TopicPartition(topic.name(), each.partition())));
        }
        ends(partitions, IsolationLevel.READ_UNCOMMITTED);
    }

    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> request =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> spec));
        Map<TopicPartition, ListOffsetsResultInfo> found = ask(client ->
                client.listOffsets(request, new ListOffsetsOptions(isolation)).all());
        Map<TopicPartition, Long> offsets = new HashMap<>();
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    /** Committed offsets of a group; a partition without one is not in the result. Takes no notice of pending transactions. */
    Map<TopicPartition, Long> committed(String group) {
        return committed(group, false);
    }

    /** Fetches the committed offset of a partition that has one; a pending transaction is waited for. */
    long awaitCommitted(String group, TopicPartition partition) {
        for (int tries = 0; tries < COMMITTED_TRIES; tries++) {
            Long offset = committed(group, true).get(partition);
            if (offset != null) {
                return offset;
            }
            Pauses.sleep(SHORT_PAUSE);
        }
        throw new HaltException("Group '" + group + "' has no offset for " + partition
                + ": the ingest was away for longer than the brokers keep it; stop all members and run reinit");
    }

    /** With {@code stable} partitions that a pending transaction commits are left out. */
    private Map<TopicPartition, Long> committed(String group, boolean stable) {
        Map<TopicPartition, OffsetAndMetadata> found = ask(client -> client.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec()),
                        new ListConsumerGroupOffsetsOptions().requireStable(stable))
                .partitionsToOffsetAndMetadata(group));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        found.forEach(
                (partition, offset) -> Optional.ofNullable(offset).ifPresent(o -> offsets.put(partition, o.offset())));
        return offsets;
    }

    /** Sets offsets of a group without members, all or none. */
    void setCommitted(String group, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> request = new HashMap<>();
        offsets.forEach((partition, offset) -> request.put(partition, new OffsetAndMetadata(offset)));
        ask(client -> client.alterConsumerGroupOffsets(group, request).all());
    }

    /** Number of members of a group, 0 if there is no such group. */
    int members(String group) {
        try {
            return ask(client -> client.describeConsumerGroups(List.of(group))
                            .describedGroups()
                            .get(group))
                    .members()
                    .size();
        } catch (org.apache.kafka.common.errors.GroupIdNotFoundException e) {
            return 0;
        }
    }

    void deleteGroup(String group) {
        try {
            ask(client -> client.deleteConsumerGroups(List.of(group)).all());
        } catch (org.apache.kafka.common.errors.GroupIdNotFoundException e) {
            return;
        }
    }

    /** Asks until a broker answers. */
    private <T> T ask(Function<Admin, KafkaFuture<T>> question) {
        String waiting = "the Kafka brokers at " + address;
        boolean told = false;
        while (true) {
            try {
                T answer = question.apply(admin).get();
                if (told) {
                    listener.resumed(waiting);
                }
                return answer;
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (!isOutage(cause)) {
                    throw failure(cause);
                }
            } catch (InterruptedException e) {
                throw Pauses.interrupted(e);
            }
            if (!told) {
                listener.waiting(waiting);
                told = true;
            }
            Pauses.sleep(PAUSE);
        }
    }

    private static boolean isOutage(Throwable cause) {
        return cause instanceof RetriableException
                && (!(cause instanceof UnknownTopicOrPartitionException) || cause instanceof DisconnectException);
    }

    private static RuntimeException failure(Throwable cause) {
        return cause instanceof RuntimeException runtime ? runtime : new HaltException("Kafka refused: " + cause);
    }

    @Override
    public void close() {
        admin.close(CALL_TIMEOUT);
    }
}
