package io.icestream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest {

    @TempDir
    Path folder;

    @Test
    void keepsClusterPortTopicsAndRecordsAcrossARestart() throws Exception {
        String clusterId;
        String address;
        try (LocalBroker broker = LocalBroker.start(folder)) {
            clusterId = broker.clusterId();
            address = broker.bootstrapServers();
            createTopic(broker);
            sendInTransaction(broker, "first");
        }
        try (LocalBroker broker = LocalBroker.start(folder)) {
            assertThat(broker.clusterId()).isEqualTo(clusterId);
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            sendInTransaction(broker, "second");
            assertThat(committedValues(broker)).containsExactly("first", "second");
        }
    }

    @Test
    void endsOnCloseAndTakesNoOtherBrokerOnItsFolder() {
        BrokerOptions impatient = BrokerOptions.DEFAULT.withProperty("num.io.threads", "2");
        LocalBroker broker = LocalBroker.start(folder, impatient);
        assertThatThrownBy(() -> LocalBroker.start(folder))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("another broker is running on " + folder)
                .hasMessageContaining("broker.log");
        assertThat(broker.describe()).contains("process " + broker.processId() + ") runs", "controller activation");
        broker.close();
        broker.close();
        assertThat(broker.isAlive()).isFalse();
        assertThat(broker.describe()).contains("ended with exit code");
    }

    @Test
    void diesWithItsParent() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OrphanMaker.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long pid = Long.parseLong(parent.inputReader(UTF_8).readLine());
        CompletableFuture<ProcessHandle> end =
                ProcessHandle.of(pid).orElseThrow().onExit();
        assertThat(end).isNotDone();
        parent.destroyForcibly();
        assertThat(end).succeedsWithin(Duration.ofSeconds(15));
    }

    @Test
    void saysWhyItCannotStart() throws IOException {
        BrokerOptions broken = BrokerOptions.DEFAULT.withProperty("num.partitions", "none");
        assertThatThrownBy(() -> LocalBroker.start(folder, broken))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("num.partitions");
        assertThat(Files.exists(folder.resolve("server.properties"))).isTrue();
    }

    private static void createTopic(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("observations", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void sendInTransaction(LocalBroker broker, String value) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("transactional.id", "test");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("observations", value));
            producer.flush();
            sent.get();
            producer.commitTransaction();
        }
    }

    private static List<String> committedValues(LocalBroker broker) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("isolation.level", "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("observations", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new java.util.ArrayList<>();
            while (values.size() < 2) {
                consumer.poll(Duration.ofSeconds(10)).forEach(message -> values.add(message.value()));
            }
            return values;
        }
    }
}
