package io.icestream.ingest.lifecycle;

import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.topology.SourceEnds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Looks at the ends of the source partitions and at the group's offsets twice a second, on a thread of its own. */
final class PolledEnds implements SourceEnds, AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration MAX_AGE = Duration.ofSeconds(3);

    private final Brokers brokers;
    private final Topics topics;
    private final String group;
    private final Optional<Offsets> bounds;
    private final InstantSource clock;
    private final ScheduledExecutorService poller;
    private volatile Look last = new Look(Instant.MIN, Map.of(), Map.of());

    /** What one look found. */
    private record Look(Instant at, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {

        private Look {
            ends = Map.copyOf(ends);
            committed = Map.copyOf(committed);
        }
    }

    PolledEnds(Brokers brokers, Topics topics, String group, Optional<Offsets> bounds, InstantSource clock) {
        this.brokers = brokers;
        this.topics = topics;
        this.group = group;
        this.bounds = bounds;
        this.clock = clock;
        this.poller = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("ingest-source-ends"));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // look() catches everything
    PolledEnds start() {
        poller.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    private void look() {
        try {
            Instant now = clock.instant();
            Map<TopicPartition, Long> committed = new HashMap<>(brokers.committed(group));
            last = new Look(now, brokers.ends(topics.sourcePartitions(), IsolationLevel.READ_COMMITTED), committed);
        } catch (RuntimeException e) {
            last = new Look(Instant.MIN, Map.of(), Map.of());
        }
    }

    @Override
    public boolean isReadToEnd(SourcePartition partition, long position) {
        Look look = last;
        TopicPartition key = Topics.of(partition);
        Long end = look.ends().get(key);
        if (end == null || look.at().plus(MAX_AGE).isBefore(clock.instant())) {
            return false;
        }
        return Math.max(position, look.committed().getOrDefault(key, 0L)) >= end;
    }

    @Override
    public boolean isEnded(SourcePartition partition, long position) {
        return bounds.map(ends -> position >= ends.at(partition)).orElse(false);
    }

    @Override
    public void close() {
        poller.shutdownNow();
    }
}
