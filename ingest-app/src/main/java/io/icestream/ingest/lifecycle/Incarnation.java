package io.icestream.ingest.lifecycle;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.StreamsSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds or begins the incarnation of an ingest (rules P16 and P17).
 *
 * <p>The first incarnation of a data set takes its name and its offsets from the ledger that created the data set, so that two processes that start it at
 * the same time begin the same one. Later ones are begun by {@link Reinit}. Offsets are set before {@code Init} is written: an incarnation that
 * has an {@code Init} has its offsets, unless they were lost.
 */
final class Incarnation {

    private static final String REINIT = "stop all members and run reinit";

    private final IngestConfig config;
    private final Brokers brokers;
    private final Topics topics;
    private final InitLog log;

    Incarnation(IngestConfig config, Brokers brokers, Topics topics) {
        this.config = config;
        this.brokers = brokers;
        this.topics = topics;
        this.log = new InitLog(config);
    }

    /**
     * Finds the present incarnation, or begins the first.
     *
     * @param tip ledger at the tip of the branch
     * @param knows whether the repository has a snapshot
     * @throws HaltException if only {@code reinit} can go on
     */
    Init enter(Ledger tip, Predicate<SnapshotId> knows) {
        Optional<Init> present =
                log.find().filter(init -> knows.test(init.ledger().id()));
        if (present.isEmpty()) {
            return begin(tip);
        }
        Init init = present.get();
        requireNotReset(init, tip);
        requireSlots(init);
        requireOffsets(init);
        return init;
    }

    private Init begin(Ledger tip) {
        if (tip.sequence() > 0) {
            throw new HaltException("Topic '" + config.controlTopic()
                    + "' says nothing of this data set, but its ledger is at sequence " + tip.sequence()
                    + ": the topic was lost; " + REINIT);
        }
        Map<TopicPartition, Long> starts = brokers.starts(ownPartitions());
        Init init = new Init(
                nameAfter(tip),
                tip,
                tip.start(),
                Topics.slots(config).stream()
                        .map(p -> starts.getOrDefault(p, 0L))
                        .toList(),
                starts.getOrDefault(Topics.commit(config), 0L));
        if (brokers.committed(group(init)).isEmpty()) {
            brokers.setCommitted(group(init), offsets(init));
        }
        log.write(init);
        return init;
    }

    private static String nameAfter(Ledger ledger) {
        return ledger.id().toString().toLowerCase(Locale.ROOT);
    }

    private static void requireNotReset(Init init, Ledger tip) {
        if (tip.sequence() < init.ledger().sequence()) {
            throw new HaltException("The branch was reset: its ledger is at sequence " + tip.sequence()
                    + ", but incarnation " + init.incarnation() + " started from sequence "
                    + init.ledger().sequence() + "; " + REINIT);
        }
    }

    /** Which chunk a partition assembles depends on their number. */
    private void requireSlots(Init init) {
        int configured = config.kafka().slotPartitions();
        if (init.slots().size() != configured) {
            throw new HaltException("Incarnation " + init.incarnation() + " has "
                    + init.slots().size() + " slot partitions, the configuration says " + configured
                    + "; set kafka.slot-partitions to " + init.slots().size() + ", or " + REINIT);
        }
    }

    /** Partitions that were added to a source topic begin at their start. */
    private void requireOffsets(Init init) {
        Map<TopicPartition, Long> committed = brokers.committed(group(init));
        if (committed.isEmpty()) {
            throw new HaltException("The offsets of group '" + group(init)
                    + "' are gone: the ingest was away for longer than the brokers keep them; " + REINIT);
        }
        Map<TopicPartition, Long> added = new HashMap<>();
        topics.sources().stream()
                .filter(source -> !committed.containsKey(Topics.of(source))
                        && !init.sources().byPartition().containsKey(source))
                .forEach(source -> added.put(Topics.of(source), 0L));
        if (!added.isEmpty()) {
            brokers.setCommitted(group(init), added);
        }
    }

    private List<TopicPartition> ownPartitions() {
        List<TopicPartition> partitions = new ArrayList<>(Topics.slots(config));
        partitions.add(Topics.commit(config));
        return partitions;
    }

    /** Name of the group of an incarnation. */
    String group(Init init) {
        return StreamsSettings.applicationId(config, init.incarnation());
    }

    /** Where each input of an incarnation begins. */
    Map<TopicPartition, Long> offsets(Init init) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (SourcePartition source : topics.sources()) {
            offsets.put(Topics.of(source), init.sources().at(source));
        }
        List<TopicPartition> slots = Topics.slots(config);
        for (int partition = 0; partition < slots.size(); partition++) {
            offsets.put(slots.get(partition), init.slots().get(partition));
        }
        offsets.put(Topics.commit(config), init.commit());
        return offsets;
    }
}
