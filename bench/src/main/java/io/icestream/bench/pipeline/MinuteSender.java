package io.icestream.bench.pipeline;

import io.icestream.ingest.cli.Cluster;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.decode.HttpRegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends one observation of every station for a minute, in the schema and wire format of the contest. */
final class MinuteSender implements AutoCloseable {
    private final IngestConfig config;
    private final String topic;
    private final Schema schema;
    private final KafkaProducer<byte[], byte[]> producer;
    private final GenericDatumWriter<GenericRecord> writer;

    private MinuteSender(IngestConfig config, Schema schema) {
        this.config = config;
        this.topic = config.dataset().topics().get(0);
        this.schema = schema;
        this.writer = new GenericDatumWriter<>(schema);
        Map<String, Object> settings = new HashMap<>(config.clientProperties());
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Creates the topic of an ingest. */
    static MinuteSender open(IngestConfig config) {
        try (Cluster cluster = Cluster.at(config.clientProperties(), Duration.ofSeconds(30))) {
            cluster.createTopic(new NewTopic(config.dataset().topics().get(0), PipelineBench.PARTITIONS, (short) 1));
        }
        return new MinuteSender(
                config,
                new HttpRegistryClient(config.registry(), InstantSource.system()).byId(PipelineBench.SCHEMA_ID));
    }

    /** Sends a minute's observations and waits until they have arrived. */
    void send(int minute) throws InterruptedException {
        Instant time = config.dataset().time().origin().plus(Duration.ofMinutes(minute));
        List<String> stations = config.dataset().stations().labels();
        List<Future<?>> sent = new ArrayList<>();
        for (int station = 0; station < stations.size(); station++) {
            byte[] value = encode(stations.get(station), time, minute + station / 1000.0);
            byte[] key = stations.get(station).getBytes(StandardCharsets.UTF_8);
            sent.add(producer.send(new ProducerRecord<>(topic, station % PipelineBench.PARTITIONS, key, value)));
        }
        producer.flush();
        try {
            for (Future<?> each : sent) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot send minute " + minute, e.getCause());
        }
    }

    private byte[] encode(String station, Instant time, double number) {
        GenericRecord observation = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            Object value = number;
            if (field.schema().getType() == Schema.Type.STRING) {
                value = station;
            } else if (field.schema().getType() == Schema.Type.LONG) {
                value = ChronoUnit.MICROS.between(Instant.EPOCH, time);
            }
            observation.put(field.pos(), value);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(PipelineBench.SCHEMA_ID).array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            writer.write(observation, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        producer.close();
    }
}
