package io.icestream.ingest.cli.produce;

import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ExitCode;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to a topic: each once and in order per partition (idempotent producer), partition by the hash of the key. The first
 * record that is not delivered fails the next call.
 */
final class Sender implements AutoCloseable {

    private final KafkaProducer<byte @Nullable [], byte[]> producer;
    private final String topic;
    private final OptionalDouble ratePerSecond;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final long began = System.nanoTime();
    private long sent;

    Sender(Map<String, String> clientProperties, String topic, OptionalDouble ratePerSecond) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "enable.idempotence", "true",
                "acks", "all",
                "compression.type", "lz4",
                "linger.ms", "20",
                "batch.size", "131072"));
        properties.putAll(clientProperties);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.ratePerSecond = ratePerSecond;
    }

    /** {@return records handed over so far} */
    long sent() {
        return sent;
    }

    void send(EncodedRow row) {
        pace();
        Future<RecordMetadata> unused =
                producer.send(new ProducerRecord<>(topic, row.key().orElse(null), row.value()), (metadata, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    }
                });
        sent++;
        check();
    }

    /** Waits until everything is delivered. */
    void flush() {
        producer.flush();
        check();
    }

    private void check() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new CliException(
                    ExitCode.FAILED,
                    "Cannot deliver to topic '" + topic + "': " + failed.getMessage() + "; of " + sent
                            + " records some may have arrived",
                    failed);
        }
    }

    private void pace() {
        if (ratePerSecond.isPresent()) {
            long due = began + (long) (sent / ratePerSecond.getAsDouble() * 1e9);
            long wait = due - System.nanoTime();
            if (wait > 1_000_000) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
