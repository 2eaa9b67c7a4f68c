package io.icestream.ingest.lifecycle;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolPoint;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.topology.HaltException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Begins a new incarnation from the ledger at the tip of the branch (rule P16): after a state store was lost, or the branch reset.
 *
 * <p>Sources are read again from the ledger's floor, {@code slots} and {@code commit} go on at their ends, and nothing of the old incarnation's stores is used.
 * Records below the ledger's position are rebuilt but neither counted nor dead-lettered again, unless the branch was reset. {@code Init} is
 * written last: until then the old incarnation is the present one, and a {@code reinit} that was interrupted can be run again.
 */
public final class Reinit {

    private static final Duration MEMBERS_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final IngestConfig config;
    private final Wiring wiring;
    private final Brokers brokers;
    private final Topics topics;
    private final Incarnation incarnation;

    private Reinit(IngestConfig config, Wiring wiring, Brokers brokers) {
        this.config = config;
        this.wiring = wiring;
        this.brokers = brokers;
        this.topics = Topics.prepareAnew(config, brokers);
        this.incarnation = new Incarnation(config, brokers, topics);
    }

    /**
     * Begins a new incarnation. All members of the ingest must be stopped.
     *
     * @param config which ingest
     * @param wiring what it takes from its surroundings
     * @return what the new incarnation starts from
     * @throws HaltException if members still run, there is no ledger, or records that it has to read again are gone
     */
    public static Init run(IngestConfig config, Wiring wiring) {
        try (Resources resources = new Resources()) {
            IngestStart start = new IngestStart(config, wiring, resources);
            IngestStart.Target target = start.openRepository();
            Ledger tip = target.slices()
                    .findLedger()
                    .orElseThrow(() ->
                            new HaltException("Branch '" + config.repository().branch() + "' has no ledger of ingest '"
                                    + config.id() + "'; start the ingest instead"));
            return new Reinit(config, wiring, start.connect()).from(tip);
        }
    }

    private Init from(Ledger tip) {
        Optional<Init> old = new InitLog(config).find();
        old.ifPresent(this::requireStopped);
        requireKept(tip);
        Topics.makeSlotsAnew(config, brokers);
        Init next = next(tip);
        brokers.setCommitted(incarnation.group(next), incarnation.offsets(next));
        wiring.observer().reached(ProtocolPoint.REINIT_OFFSETS_SET);
        old.map(incarnation::group).ifPresent(this::emptyStores);
        wiring.observer().reached(ProtocolPoint.REINIT_STORES_EMPTIED);
        new InitLog(config).write(next);
        wiring.observer().reached(ProtocolPoint.REINIT_REPLAYING);
        return next;
    }

    /** A member that was closed keeps its place in the group until its session ends. */
    private void requireStopped(Init old) {
        int members = brokers.members(incarnation.group(old));
        for (Duration waited = Duration.ZERO;
                members > 0 && waited.compareTo(MEMBERS_TIMEOUT) < 0;
                waited = waited.plus(PAUSE)) {
            Pauses.sleep(PAUSE);
            members = brokers.members(incarnation.group(old));
        }
        if (members > 0) {
            throw new HaltException("Cannot reinit ingest '" + config.id() + "': " + members
                    + " members still run; stop all of them first");
        }
    }

    private void requireKept(Ledger tip) {
        Map<TopicPartition, Long> starts = brokers.starts(topics.sourcePartitions());
        for (SourcePartition source : topics.sources()) {
            long start = starts.getOrDefault(Topics.of(source), 0L);
            if (start > tip.floor().at(source)) {
                throw new HaltException("Cannot reinit ingest '" + config.id() + "': source partition " + source
                        + " begins at offset " + start
                        + ", but records from " + tip.floor().at(source)
                        + " on are needed to rebuild windows that can still change; replay into a new branch instead");
            }
        }
    }

    private Init next(Ledger tip) {
        Map<TopicPartition, Long> ends = brokers.ends(Topics.slots(config), IsolationLevel.READ_UNCOMMITTED);
        TopicPartition commit = Topics.commit(config);
        return new Init(
                UUID.randomUUID().toString().replace("-", "").substring(0, 12).toLowerCase(Locale.ROOT),
                tip,
                tip.floor(),
                Topics.slots(config).stream().map(p -> ends.getOrDefault(p, 0L)).toList(),
                brokers.ends(java.util.List.of(commit), IsolationLevel.READ_UNCOMMITTED)
                        .getOrDefault(commit, 0L));
    }

    /** Deletes the changelogs and the local stores of an incarnation. */
    private void emptyStores(String application) {
        brokers.topics().stream()
                .filter(topic -> topic.startsWith(application + "-") && topic.endsWith("-changelog"))
                .forEach(brokers::deleteTopic);
        Path folder = config.stateDirectory().resolve(application);
        if (Files.exists(folder)) {
            delete(folder);
        }
        brokers.deleteGroup(application);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
