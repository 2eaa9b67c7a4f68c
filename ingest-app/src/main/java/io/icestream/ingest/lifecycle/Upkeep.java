package io.icestream.ingest.lifecycle;

import io.icestream.ingest.commit.SliceCommitter;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Once a minute: deletes what all members have processed from {@code slots} and {@code commit} (rule P12), and warns when a source topic
 * forgets records that a restart without state would have to read. Any member may do it, and all do.
 */
final class Upkeep implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    /** Messages that stay on {@code commit} for those who want to know the state of the ingest. */
    private static final long KEPT_MESSAGES = 10_000;

    private final IngestConfig config;
    private final Brokers brokers;
    private final Topics topics;
    private final String group;
    private final SliceCommitter slices;
    private final IngestListener listener;
    private final PeriodicWork timer;
    private final Set<TopicPartition> warned = new HashSet<>();

    Upkeep(
            IngestConfig config,
            Brokers brokers,
            Topics topics,
            String group,
            SliceCommitter slices,
            IngestListener listener,
            InstantSource clock) {
        this.config = config;
        this.brokers = brokers;
        this.topics = topics;
        this.group = group;
        this.slices = slices;
        this.listener = listener;
        this.timer = new PeriodicWork("the upkeep of the topics", this::run, listener, clock);
    }

    void start() {
        timer.start(INTERVAL, INTERVAL);
    }

    private void run() {
        trim();
        slices.findLedger().ifPresent(this::warn);
    }

    private void trim() {
        Map<TopicPartition, Long> committed = brokers.committed(group);
        Map<TopicPartition, Long> below = new HashMap<>();
        for (TopicPartition partition : Topics.slots(config)) {
            below.put(partition, committed.getOrDefault(partition, 0L));
        }
        TopicPartition commit = Topics.commit(config);
        below.put(commit, committed.getOrDefault(commit, 0L) - KEPT_MESSAGES);
        below.values().removeIf(offset -> offset <= 0);
        brokers.deleteRecords(below);
    }

    private void warn(Ledger tip) {
        Map<TopicPartition, Long> starts = brokers.starts(topics.sourcePartitions());
        topics.sources().forEach(source -> {
            TopicPartition partition = Topics.of(source);
            long start = starts.getOrDefault(partition, 0L);
            if (start > tip.floor().at(source) && warned.add(partition)) {
                listener.warned("Source partition " + source + " begins at offset " + start
                        + ", but after the loss of a state store records from "
                        + tip.floor().at(source)
                        + " on would have to be read again; keep records longer than late.horizon and a chunk");
            }
        });
    }

    @Override
    public void close() {
        timer.close();
    }
}
