package io.icestream.ingest.lifecycle;

import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.topology.IngestListener;
import io.icestream.ingest.topology.SourceEnds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
    private final PeriodicWork poller;
    private volatile Look last = new Look(Instant.MIN, Map.of(), Map.of());

    /** What one look found. */
    private record Look(Instant at, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {

        private Look {
            ends = Map.copyOf(ends);
            committed = Map.copyOf(committed);
        }
    }

    PolledEnds(
            Brokers brokers,
            Topics topics,
            String group,
            Optional<Offsets> bounds,
            IngestListener listener,
            InstantSource clock) {
        this.brokers = brokers;
        this.topics = topics;
        this.group = group;
        this.bounds = bounds;
        this.clock = clock;
        this.poller = new PeriodicWork("the ends of the source topics", this::look, listener, clock);
    }

    PolledEnds start() {
        poller.start(Duration.ZERO, INTERVAL);
        return this;
    }

    private void look() {
        Instant now = clock.instant();
        Look found = new Look(Instant.MIN, Map.of(), Map.of());
        try {
            Map<TopicPartition, Long> committed = new HashMap<>(brokers.committed(group));
            found = new Look(now, brokers.ends(topics.sourcePartitions(), IsolationLevel.READ_COMMITTED), committed);
        } finally {
            last = found; // when the look fails, nothing is known
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
        poller.close();
    }
}
