package io.icestream.ingest.lifecycle;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.decode.TimestampOrigin;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics of an ingest: those it reads, which must exist, and its own, which are made.
 *
 * @param clusterId id of the Kafka cluster
 * @param sources every source partition
 * @param topicIds ids of the source topics, by name
 * @param origins who sets the timestamps, by source topic
 */
record Topics(
        String clusterId,
        SortedSet<SourcePartition> sources,
        SortedMap<String, String> topicIds,
        Map<String, TimestampOrigin> origins) {

    private static final Duration DELETION_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Map<String, String> KEPT =
            Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");

    /**
     * Waits for the source topics and makes the others.
     *
     * @throws HaltException if one of the others has another number of partitions than it should have
     */
    static Topics prepare(IngestConfig config, Brokers brokers) {
        Topics topics = prepareAnew(config, brokers);
        int found = partitions(brokers, config.slotsTopic());
        if (found != config.kafka().slotPartitions()) {
            throw new HaltException("Topic '" + config.slotsTopic() + "' has " + found
                    + " partitions, the configuration says "
                    + config.kafka().slotPartitions() + "; set kafka.slot-partitions to " + found
                    + ", or stop all members and run reinit, which makes the topic anew");
        }
        return topics;
    }

    /** As {@link #prepare}, for a new incarnation: {@link #makeSlotsAnew} may follow. */
    static Topics prepareAnew(IngestConfig config, Brokers brokers) {
        String clusterId = brokers.clusterId();
        Map<String, TopicDescription> described =
                brokers.awaitTopics(config.dataset().topics());
        SortedSet<SourcePartition> sources = new TreeSet<>();
        SortedMap<String, String> ids = new TreeMap<>();
        Map<String, TimestampOrigin> origins = new HashMap<>();
        described.forEach((topic, description) -> {
            description.partitions().forEach(p -> sources.add(new SourcePartition(topic, p.partition())));
            ids.put(topic, description.topicId().toString());
            origins.put(topic, origin(brokers.setting(topic, "message.timestamp.type")));
        });
        makeOwn(config, brokers);
        return new Topics(clusterId, sources, ids, origins);
    }

    private static TimestampOrigin origin(String timestampType) {
        return timestampType.equals("LogAppendTime") ? TimestampOrigin.BROKER : TimestampOrigin.PRODUCER;
    }

    /** Warns of a source topic that keeps its records for less time than windows can change. */
    void warnOfShortRetention(IngestConfig config, Brokers brokers, IngestListener listener) {
        Duration needed = config.late().horizon().plus(config.dataset().chunkDuration());
        for (String topic : topicIds.keySet()) {
            long kept = Long.parseLong(brokers.setting(topic, "retention.ms"));
            if (kept >= 0 && kept < needed.toMillis()) {
                listener.warned("Topic '" + topic + "' keeps records for " + Duration.ofMillis(kept)
                        + ", but windows can change for " + needed
                        + ": after the loss of a state store they could not be rebuilt; raise its retention.ms");
            }
        }
    }

    private static void makeOwn(IngestConfig config, Brokers brokers) {
        makeSlots(config, brokers);
        make(config, brokers, config.commitTopic(), 1, KEPT);
        make(config, brokers, config.eventsTopic(), 1, Map.of());
        make(config, brokers, config.deadLetterTopic(), 1, Map.of());
        make(config, brokers, config.controlTopic(), 1, Map.of("cleanup.policy", "compact"));
        Map<String, TopicDescription> own = brokers.awaitTopics(List.of(
                config.slotsTopic(),
                config.commitTopic(),
                config.eventsTopic(),
                config.deadLetterTopic(),
                config.controlTopic()));
        requirePartitions(own, config.commitTopic(), 1);
        requirePartitions(own, config.controlTopic(), 1);
        brokers.awaitLeaders(own.values());
    }

    private static void make(
            IngestConfig config, Brokers brokers, String topic, int partitions, Map<String, String> settings) {
        Optional<Short> replication =
                config.kafka().replication() > 0 ? Optional.of(config.kafka().replication()) : Optional.empty();
        brokers.create(new NewTopic(topic, Optional.of(partitions), replication).configs(settings));
    }

    private static void requirePartitions(Map<String, TopicDescription> topics, String topic, int expected) {
        TopicDescription description = topics.get(topic);
        int found = description == null ? 0 : description.partitions().size();
        if (found != expected) {
            throw new HaltException("Topic '" + topic + "' has " + found + " partitions, expected " + expected
                    + "; stop all members, delete the topic and run reinit");
        }
    }

    /**
     * Makes the topic of slots anew if it does not have the configured number of partitions. What is on it is lost: it is for a new
     * incarnation, which does not read it.
     */
    static void makeSlotsAnew(IngestConfig config, Brokers brokers) {
        if (partitions(brokers, config.slotsTopic()) == config.kafka().slotPartitions()) {
            return;
        }
        brokers.deleteTopic(config.slotsTopic());
        for (Duration waited = Duration.ZERO;
                partitions(brokers, config.slotsTopic()) != config.kafka().slotPartitions();
                waited = waited.plus(PAUSE)) {
            if (waited.compareTo(DELETION_TIMEOUT) > 0) {
                throw new HaltException("Topic '" + config.slotsTopic()
                        + "' was not deleted within " + DELETION_TIMEOUT
                        + "; check that the brokers allow it (delete.topic.enable), delete it and run reinit again");
            }
            Pauses.sleep(PAUSE);
            makeSlots(config, brokers); // a deletion takes its time, and there is no topic then, or still the old one
        }
    }

    private static int partitions(Brokers brokers, String topic) {
        TopicDescription found = brokers.describe(List.of(topic)).get(topic);
        return found == null ? 0 : found.partitions().size();
    }

    private static void makeSlots(IngestConfig config, Brokers brokers) {
        make(config, brokers, config.slotsTopic(), config.kafka().slotPartitions(), KEPT);
    }

    /** Source partitions as Kafka has them. */
    static TopicPartition of(SourcePartition source) {
        return new TopicPartition(source.topic(), source.partition());
    }

    List<TopicPartition> sourcePartitions() {
        return sources.stream().map(Topics::of).toList();
    }

    /** Partitions of {@code slots}, in order. */
    static List<TopicPartition> slots(IngestConfig config) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < config.kafka().slotPartitions(); partition++) {
            partitions.add(new TopicPartition(config.slotsTopic(), partition));
        }
        return partitions;
    }

    static TopicPartition commit(IngestConfig config) {
        return new TopicPartition(config.commitTopic(), 0);
    }
}
