package io.icestream.ingest.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.ingest.cli.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class SourceConsumerTest {

    private static final String SOURCE = "source";
    private static final String OWN = "own";
    private static final int BACKLOG = 20_000;

    /** So few that what the first requests fetch takes many polls. */
    private static final int POLL_RECORDS = 100;

    /** What is done between two polls. */
    private static final Duration WORK = Duration.ofMillis(5);

    private LocalBroker broker;

    @BeforeAll
    void startBroker(@TempDir Path folder) throws Exception {
        broker = LocalBroker.start(folder.resolve("broker"));
        try (Cluster cluster =
                Cluster.at(Map.of("bootstrap.servers", broker.bootstrapServers()), Duration.ofSeconds(30))) {
            cluster.createTopic(new NewTopic(SOURCE, 2, (short) 1));
            cluster.createTopic(new NewTopic(OWN, 1, (short) 1));
        }
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < BACKLOG; i++) {
                sent.add(
                        producer.send(new ProducerRecord<>(SOURCE, i % 2, null, ("observation " + i).getBytes(UTF_8))));
            }
            for (Future<?> each : sent) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("The backlog was not produced. " + broker.describe(), e);
        }
    }

    @AfterAll
    void stopBroker() {
        broker.close();
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("max.poll.records", POLL_RECORDS);
        settings.put("auto.offset.reset", "earliest");
        return settings;
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Test
    void ownRecordsOvertakeTheBacklogThatIsFetchedAlready() throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = new SourceConsumer(settings(), Set.of(OWN))) {
            assertThat(observationsReadBeforeOwn(consumer)).isLessThan(BACKLOG / 2);
        }
    }

    /** Why there is such a consumer, and proof that the measure can tell. */
    @Test
    void anOrdinaryConsumerReadsTheBacklogFirst() throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThat(observationsReadBeforeOwn(consumer)).isEqualTo(BACKLOG);
        }
    }

    /** Number of observations that are read until a record comes that was sent after the first of them. */
    private long observationsReadBeforeOwn(KafkaConsumer<byte[], byte[]> consumer) throws Exception {
        TopicPartition own = new TopicPartition(OWN, 0);
        List<TopicPartition> sources = List.of(new TopicPartition(SOURCE, 0), new TopicPartition(SOURCE, 1));
        consumer.assign(List.of(sources.get(0), sources.get(1), own));
        consumer.seekToBeginning(sources);
        consumer.seekToEnd(List.of(own));
        long ownBefore = consumer.position(own);
        boolean sent = false;
        while (consumer.position(own) == ownBefore) {
            boolean read = !consumer.poll(Duration.ofMillis(100)).isEmpty();
            if (read && !sent) {
                sent = true;
                try (KafkaProducer<byte[], byte[]> producer = producer()) {
                    producer.send(new ProducerRecord<>(OWN, "round".getBytes(UTF_8)))
                            .get();
                }
            }
            LockSupport.parkNanos(WORK.toNanos());
        }
        return sources.stream().mapToLong(consumer::position).sum();
    }
}
