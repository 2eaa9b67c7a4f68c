package io.icestream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Plays the feed into the topic, one window of simulated time per step, and lets the ingest publish each before the next one comes, as long
 * as that does not take too long.
 */
final class Feeder implements AutoCloseable {

    /** Simulated minutes behind a window's end after which all of its usual records have arrived and its watermark has passed. */
    static final long SETTLING_MINUTES = 40;

    private static final Duration PACE = Duration.ofMillis(700);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The first window also waits for the ingest to have started. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(20);

    /** From here on the feeder no longer waits for single windows: the demo must come to its end on slow machines too. */
    private static final Duration LEISURE = Duration.ofSeconds(36);

    private final KafkaProducer<byte[], byte[]> producer;
    private final DemoFolder folder;
    private final Feed feed;
    private final Encoder encoder;
    private final DemoModel model;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    Feeder(Map<String, String> clientProperties, DemoFolder folder, Feed feed, Encoder encoder, DemoModel model) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("linger.ms", "5");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.folder = folder;
        this.feed = feed;
        this.encoder = encoder;
        this.model = model;
    }

    /**
     * Counts the windows up to the end of the last day to play; a day that was begun counts as the first one.
     *
     * @param start how far the demo is
     * @param days how many days to play
     * @return complete windows afterwards, since the first day
     */
    static long target(DemoFolder.Progress start, int days) {
        long windowsPerDay = Duration.ofDays(1).dividedBy(DemoConfig.WINDOW);
        return (done(start) / windowsPerDay + days) * windowsPerDay;
    }

    /** {@return windows that are complete, since the first day} */
    static long done(DemoFolder.Progress start) {
        long settled = start.nextMinute() - SETTLING_MINUTES - DemoConfig.firstMinute();
        return Math.max(0, settled / DemoConfig.WINDOW.toMinutes());
    }

    /**
     * Plays until so many windows are complete, or the demo is stopped.
     *
     * @param start how far the demo is
     * @param target windows to be complete afterwards, since the first day
     */
    void play(DemoFolder.Progress start, long target) throws IOException, InterruptedException {
        long first = done(start) + 1;
        long from = start.nextMinute();
        long began = System.nanoTime();
        for (long window = first; window <= target && !model.isStopped(); window++) {
            long to = DemoConfig.firstMinute() + window * DemoConfig.WINDOW.toMinutes() + SETTLING_MINUTES;
            long stepBegan = System.nanoTime();
            send(from, to);
            folder.save(new DemoFolder.Progress(start.seed(), to));
            from = to;
            if (System.nanoTime() - began < LEISURE.toNanos()) {
                boolean unused = model.awaitClosed(window, window == first ? FIRST_PATIENCE : PATIENCE);
                Thread.sleep(Math.max(0, PACE.toMillis() - (System.nanoTime() - stepBegan) / 1_000_000));
            }
        }
    }

    private void send(long from, long to) {
        for (Arrival arrival : feed.between(from, to)) {
            Future<RecordMetadata> unused = producer.send(
                    new ProducerRecord<>(DemoConfig.TOPIC, arrival.station().getBytes(UTF_8), encoder.encode(arrival)),
                    (metadata, failed) -> {
                        if (failed != null) {
                            failure.compareAndSet(null, failed);
                        }
                    });
            model.sent(arrival);
        }
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new CliException(ExitCode.FAILED, "Cannot send to the demo's broker: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
