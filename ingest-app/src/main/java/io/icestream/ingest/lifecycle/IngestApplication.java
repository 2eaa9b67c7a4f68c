package io.icestream.ingest.lifecycle;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.topology.CommitterActivity;
import io.icestream.ingest.topology.IngestParts;
import io.icestream.ingest.topology.IngestTopology;
import io.icestream.ingest.topology.OnceToldListener;
import io.icestream.ingest.topology.StreamsSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running ingest. Several processes may run the same ingest; Kafka shares the work out among them. Safe for use by several threads. */
public final class IngestApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IngestApplication.class);
    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(300);

    private final IngestConfig config;
    private final Wiring wiring;
    private final Resources resources;
    private final IngestStart.Target target;
    private final RepositoryPublisher publisher;
    private final CommitterActivity activity;
    private final StreamsRunner runner;
    private final CompletableFuture<RunSummary> end = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private IngestApplication(
            IngestConfig config,
            Wiring wiring,
            Resources resources,
            IngestStart.Target target,
            RepositoryPublisher publisher,
            CommitterActivity activity,
            StreamsRunner runner) {
        this.config = config;
        this.wiring = wiring;
        this.resources = resources;
        this.target = target;
        this.publisher = publisher;
        this.activity = activity;
        this.runner = runner;
    }

    /**
     * Opens the repository, makes what is missing, and starts to read. Waits for brokers and source topics that are not there yet, and
     * tells the listener so; an interrupt ends the waiting.
     *
     * @param config what to do
     * @param options how to run
     * @param wiring what the ingest takes from its surroundings
     * @return the running ingest
     * @throws io.icestream.ingest.topology.HaltException if the ingest cannot start as things are; the message has the way out
     * @throws io.icestream.ingest.topology.InterruptedWorkException if the thread was interrupted while it waited
     * @throws io.icestream.engine.IcestreamException if the repository cannot be opened
     */
    public static IngestApplication start(IngestConfig config, RunOptions options, Wiring wiring) {
        Resources resources = new Resources();
        try {
            return start(config, options, wiring.withListener(new OnceToldListener(wiring.listener())), resources);
        } catch (RuntimeException e) { // whatever went wrong, what was opened is closed
            resources.close();
            throw e;
        }
    }

    private static IngestApplication start(
            IngestConfig config, RunOptions options, Wiring wiring, Resources resources) {
        IngestStart start = new IngestStart(config, wiring, resources);
        IngestStart.Target target = start.openRepository();
        Brokers brokers = start.connect();
        Topics topics = Topics.prepare(config, brokers);
        topics.warnOfShortRetention(config, brokers, wiring.listener());
        Ledger tip = start.initialise(target, brokers, topics);
        Incarnation incarnation = new Incarnation(config, brokers, topics);
        Init init = incarnation.enter(
                tip, id -> target.repository().info().snapshots().find(id).isPresent());
        Optional<Offsets> bounds = start.bounds(options, brokers, topics);
        PolledEnds ends = resources
                .add(new PolledEnds(
                        brokers, topics, incarnation.group(init), bounds, wiring.listener(), wiring.clock()))
                .start();
        RepositoryPublisher publisher = new RepositoryPublisher(target.slices(), target.tagger());
        IngestParts parts = start.parts(target, brokers, topics, init, ends, publisher);
        Properties properties =
                StreamsSettings.properties(config, init.incarnation(), InstanceId.in(config.stateDirectory()));
        StreamsClients clients = new StreamsClients(Set.of(config.slotsTopic(), config.commitTopic()));
        StreamsRunner runner = new StreamsRunner(
                () -> new KafkaStreams(IngestTopology.build(parts), properties, clients),
                wiring.listener(),
                wiring.clock());
        resources
                .add(new Upkeep(
                        config,
                        brokers,
                        topics,
                        incarnation.group(init),
                        target.slices(),
                        wiring.listener(),
                        wiring.clock()))
                .start();
        IngestApplication application =
                new IngestApplication(config, wiring, resources, target, publisher, parts.activity(), runner);
        application.run(bounds.map(offsets -> new RunEnd(parts.grid(), offsets)));
        return application;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // halt() reports what goes wrong itself
    private void run(Optional<RunEnd> bound) {
        runner.halted().thenAccept(this::halt);
        runner.start();
        bound.ifPresent(this::watch);
    }

    private void watch(RunEnd bound) {
        resources
                .add(new PeriodicWork("the end of the run", () -> look(bound), wiring.listener(), wiring.clock()))
                .start(Duration.ZERO, LOOK_INTERVAL);
    }

    private void look(RunEnd bound) {
        Optional<Ledger> tip = target.slices().findLedger();
        if (tip.isPresent() && bound.isReached(tip.get(), this::isSettled) && activity.isIdle()) {
            end.complete(new RunSummary(tip, Optional.empty()));
        }
    }

    private boolean isSettled(Ledger.EndedDay day) {
        return !config.tags().enabled()
                || publisher.settled().equals(Optional.of(day))
                || target.repository().tags().containsKey(target.tagger().tagOf(day.day()));
    }

    private void halt(String reason) {
        wiring.listener().halted(reason);
        end.complete(new RunSummary(ledger(), Optional.of(reason)));
    }

    private Optional<Ledger> ledger() {
        try {
            return target.slices().findLedger();
        } catch (RuntimeException e) { // the reason for the end is what counts, and may be the same
            LOG.warn("Cannot read the ledger at the end of the run", e);
            return Optional.empty();
        }
    }

    /**
     * Waits until the run ends: at the end of a bounded run, after a halt, or after {@link #close}. The ingest is closed when this returns.
     *
     * @return how it ended
     * @throws InterruptedException if the waiting thread is interrupted; the ingest goes on
     */
    public RunSummary awaitEnd() throws InterruptedException {
        try {
            RunSummary summary = end.get();
            close(DEFAULT_PATIENCE, GroupMembershipOperation.LEAVE_GROUP);
            return summary;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The end of a run never fails", e);
        }
    }

    /**
     * Stops reading, commits what was read, and leaves; a publish under way may be finished by the next owner. The place in the group is kept for ten
     * seconds, for a process that comes back. Does nothing the second time.
     *
     * @param patience how long to wait for an orderly end
     */
    public void close(Duration patience) {
        close(patience, GroupMembershipOperation.REMAIN_IN_GROUP);
    }

    private void close(Duration patience, GroupMembershipOperation membership) {
        if (closed.compareAndSet(false, true)) {
            if (!runner.close(patience, membership)) {
                LOG.warn("The stream threads did not end within {}", patience);
            }
            end.complete(new RunSummary(ledger(), Optional.empty()));
            resources.close();
        }
    }

    /** Closes with a patience of 30 seconds. */
    @Override
    public void close() {
        close(DEFAULT_PATIENCE);
    }
}
