package io.icestream.bench.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/** Contestant that reads the topic in an exactly-once Kafka Streams application and only counts: the most that any Streams application can reach. */
public final class CountingStreams {
    private final Halves halves;
    private final CountDownLatch done = new CountDownLatch(1);

    private CountingStreams(long records) {
        this.halves = new Halves(records);
    }

    /**
     * Reads the topic and prints a line.
     *
     * @param args broker, topic, number of records, state folder, number of threads
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        CountingStreams counting = new CountingStreams(Long.parseLong(args[2]));
        Topology topology = new Topology();
        topology.addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), args[1]);
        topology.addProcessor("count", () -> counting.new Counter(), "source");
        try (KafkaStreams streams = new KafkaStreams(topology, properties(args[0], Path.of(args[3]), args[4]))) {
            streams.start();
            counting.done.await();
            streams.close(Duration.ofSeconds(20));
        }
        synchronized (counting) {
            System.out.println(counting.halves.figures("streams-counting-" + args[4]));
        }
    }

    private static Properties properties(String broker, Path stateFolder, String threads) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "counting-" + threads + "-" + System.nanoTime());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        return properties;
    }

    private synchronized void count(int records) {
        halves.read(records);
        if (halves.isDone()) {
            done.countDown();
        }
    }

    /** Counts in a field of its own and adds up in lots, so that two threads do not wait for each other. */
    private final class Counter implements Processor<byte[], byte[], Void, Void> {
        private static final int LOT = 1000;

        @Override
        public void process(Record<byte[], byte[]> record) {
            pending++;
            if (pending == LOT) {
                flush();
            }
        }

        private int pending;

        @Override
        public void init(org.apache.kafka.streams.processor.api.ProcessorContext<Void, Void> context) {
            context.schedule(
                    Duration.ofMillis(50),
                    org.apache.kafka.streams.processor.PunctuationType.WALL_CLOCK_TIME,
                    now -> flush());
        }

        private void flush() {
            count(pending);
            pending = 0;
        }
    }
}
