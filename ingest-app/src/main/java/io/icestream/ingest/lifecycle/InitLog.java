package io.icestream.ingest.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.topology.InterruptedWorkException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The newest {@link Init}, on the compacted {@code control} topic. The topic must exist. */
public final class InitLog {

    private static final byte[] KEY = "init".getBytes(UTF_8);

    private final IngestConfig config;

    /**
     * @param config which ingest, and how to reach the brokers
     */
    public InitLog(IngestConfig config) {
        this.config = config;
    }

    /**
     * Reads the topic to its end.
     *
     * @return what the present incarnation started from, or empty if the ingest has never started
     */
    public Optional<Init> find() {
        Map<String, Object> properties = new HashMap<>(config.clientProperties());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        TopicPartition partition = new TopicPartition(config.controlTopic(), 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            Optional<Init> newest = Optional.empty();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    newest = Optional.of(ProtocolJson.decode(record.value(), Init.class));
                }
            }
            return newest;
        }
    }

    /** Begins an incarnation. Returns when the brokers have it. */
    void write(Init init) {
        Map<String, Object> properties = new HashMap<>(config.clientProperties());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(config.controlTopic(), 0, KEY, ProtocolJson.encode(init)))
                    .get();
        } catch (InterruptedException e) {
            throw Pauses.interrupted(e);
        } catch (ExecutionException e) {
            throw new InterruptedWorkException("Cannot write to topic '" + config.controlTopic() + "'", e);
        }
    }
}
