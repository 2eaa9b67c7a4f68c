package io.icestream.ingest.lifecycle;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.ingest.commit.DatasetRepository;
import io.icestream.ingest.commit.RepositoryChunks;
import io.icestream.ingest.commit.SliceCommitter;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.config.LayoutHash;
import io.icestream.ingest.decode.HttpRegistryClient;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.tagging.DayTagger;
import io.icestream.ingest.topology.CommitterActivity;
import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.IngestParts;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;

/** What is opened before the first record is read, in the order in which it depends on each other. */
final class IngestStart {

    /** More than processors: most of the time of a chunk goes by waiting for the disk or the network. */
    private static final int CHUNK_THREADS =
            Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

    private final IngestConfig config;
    private final Wiring wiring;
    private final Resources resources;

    IngestStart(IngestConfig config, Wiring wiring, Resources resources) {
        this.config = config;
        this.wiring = wiring;
        this.resources = resources;
    }

    /**
     * The ingest's repository.
     *
     * @param repository the repository
     * @param slices its committer
     * @param tagger its tagger
     */
    record Target(Repository repository, SliceCommitter slices, DayTagger tagger) {}

    Target openRepository() {
        Repository repository = resources.add(
                DatasetRepository.openOrCreate(resources.add(wiring.storage().open(config.repository())), config));
        return new Target(
                repository,
                new SliceCommitter(repository, config, wiring.observer(), wiring.clock()),
                new DayTagger(repository, config));
    }

    Brokers connect() {
        return resources.add(new Brokers(config, wiring.listener()));
    }

    /** The ledger at the tip; the data set is created if there is none. */
    Ledger initialise(Target target, Brokers brokers, Topics topics) {
        Map<TopicPartition, Long> starts = brokers.starts(topics.sourcePartitions());
        Map<SourcePartition, Long> start = new TreeMap<>();
        topics.sources().forEach(source -> start.put(source, starts.getOrDefault(Topics.of(source), 0L)));
        Ledger tip = target.slices()
                .initialise(Ledger.initial(
                        SnapshotId.INITIAL,
                        Offsets.of(start),
                        config.kafka().slotPartitions(),
                        topics.clusterId(),
                        topics.topicIds(),
                        LayoutHash.of(config.dataset())));
        requireSameSource(tip, topics);
        return tip;
    }

    /** Offsets mean something only in the topic that they were taken from. */
    private static void requireSameSource(Ledger tip, Topics topics) {
        if (!tip.clusterId().equals(topics.clusterId())) {
            throw new HaltException(
                    "The ledger is of Kafka cluster " + tip.clusterId() + ", but the brokers are of cluster "
                            + topics.clusterId()
                            + ": offsets of one mean nothing in the other; correct kafka.properties, or use another branch and ingest id");
        }
        tip.topicIds().forEach((topic, id) -> {
            String found = topics.topicIds().get(topic);
            if (found != null && !found.equals(id)) {
                throw new HaltException(
                        "Topic '" + topic + "' was deleted and made again (id " + found + ", the ledger has " + id
                                + "): its offsets begin anew; use another topic, or another branch and ingest id");
            }
        });
    }

    IngestParts parts(
            Target target, Brokers brokers, Topics topics, Init init, PolledEnds ends, RepositoryPublisher publisher) {
        String group = new Incarnation(config, brokers, topics).group(init);
        return new IngestParts(
                config,
                init,
                topics.sources(),
                topics.origins(),
                new DatasetGrid(config.dataset()),
                new HttpRegistryClient(config.registry(), wiring.clock()),
                new RepositoryChunks(target.repository(), config.dataset()),
                publisher,
                ends,
                (topic, partition) -> brokers.awaitCommitted(group, new TopicPartition(topic, partition)),
                executor("ingest-chunks", CHUNK_THREADS),
                executor("ingest-commit", 1),
                new CommitterActivity(),
                () -> UUID.randomUUID().toString(),
                wiring.observer(),
                wiring.clock(),
                wiring.listener());
    }

    private Executor executor(String name, int threads) {
        ExecutorService executor = Executors.newFixedThreadPool(threads, DaemonThreads.named(name));
        resources.add(executor::shutdownNow);
        return executor;
    }

    /** End offsets of a bounded run, taken now. */
    Optional<Offsets> bounds(RunOptions options, Brokers brokers, Topics topics) {
        return options.untilEnd() ? Optional.of(new LastRecords(config, brokers, topics).find()) : Optional.empty();
    }
}
