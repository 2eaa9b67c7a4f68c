package io.icestream.ingest.topology;

import io.icestream.ingest.config.IngestConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;

/** Configuration of the Kafka Streams client of an ingest. */
public final class StreamsSettings {

    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(3);
    /** Longest time that a stream thread waits for records before it looks at finished chunks and publishes. */
    private static final Duration POLL = Duration.ofMillis(10);

    /**
     * Longest time that a broker keeps a request for records which are not there yet. While it keeps one for topics that have none, it gets
     * none for those that have some.
     */
    private static final Duration FETCH_WAIT = Duration.ofMillis(10);

    private static final int POLL_RECORDS = 4_000;

    /** A task takes what is there: the version of a cell, not the order of reading, decides which observation stays. */
    private static final long NO_IDLING = -1;

    private StreamsSettings() {}

    /** How often a stream thread commits when nobody asks it to. */
    static Duration commitInterval(IngestConfig config) {
        String ours = Long.toString(COMMIT_INTERVAL.toMillis());
        return Duration.ofMillis(
                Long.parseLong(config.kafka().streams().getOrDefault(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, ours)));
    }

    /**
     * Names the application: the incarnation is part of it, so that stale stores, changelogs and group offsets vanish with it.
     *
     * @param config the settings
     * @param incarnation id of the incarnation
     * @return the application id, which is the group id, too
     */
    public static String applicationId(IngestConfig config, String incarnation) {
        return applicationPrefix(config) + incarnation;
    }

    /**
     * Names what all incarnations of an ingest have in common.
     *
     * @param config the settings
     * @return first part of their application ids
     */
    public static String applicationPrefix(IngestConfig config) {
        return "icestream-" + config.id() + "-";
    }

    /**
     * Makes the configuration. Properties under {@code kafka.streams} override ours.
     *
     * @param config the settings
     * @param incarnation id of the incarnation
     * @param instance id of this member, kept between runs
     * @return the properties, secrets included
     * @throws HaltException if the overrides break what the protocol is built on
     */
    public static Properties properties(IngestConfig config, String incarnation, String instance) {
        Properties properties = new Properties();
        properties.putAll(topologyProperties());
        properties.putAll(config.clientProperties());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(config, incarnation));
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.kafka().threads());
        properties.put(
                StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.kafka().replication());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
        properties.put(StreamsConfig.POLL_MS_CONFIG, POLL.toMillis());
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, NO_IDLING);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put("processing.exception.handler.global.enabled", true);
        consumer(properties, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
        consumer(properties, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION_TIMEOUT.toMillis());
        consumer(properties, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) HEARTBEAT_INTERVAL.toMillis());
        consumer(properties, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        consumer(properties, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) FETCH_WAIT.toMillis());
        consumer(properties, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
        producer(properties, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
        properties.putAll(config.kafka().streams());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        requireCache(properties);
        return properties;
    }

    /** What the topology itself has to know when it is built. */
    static TopologyConfig topologyConfig() {
        Properties properties = topologyProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "icestream");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        return new TopologyConfig(new StreamsConfig(properties));
    }

    private static Properties topologyProperties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.NO_OPTIMIZATION);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }

    private static void consumer(Properties properties, String key, Object value) {
        properties.put(StreamsConfig.mainConsumerPrefix(key), value);
    }

    private static void producer(Properties properties, String key, Object value) {
        properties.put(StreamsConfig.producerPrefix(key), value);
    }

    private static void requireCache(Map<Object, Object> properties) {
        Object bytes = properties.get(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG);
        if (bytes != null && "0".equals(bytes.toString().trim())) {
            throw new HaltException("Invalid kafka.streams: " + StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG
                    + " is 0, but the flush of a cache drains the rows before each commit; leave it out");
        }
    }
}
