package io.icestream.demo;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.Cluster;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.cli.Terminal;
import io.icestream.ingest.cli.run.LedgerReader;
import io.icestream.ingest.config.ConfigLoader;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.decode.HttpRegistryClient;
import io.icestream.ingest.decode.RegistryClient;
import io.icestream.ingest.lifecycle.IngestApplication;
import io.icestream.ingest.lifecycle.RunOptions;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.schema.Observation;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * One run of the demo: starts everything, plays, reports, stops everything. {@link #close} may be called from another thread at any time;
 * what was started is then closed in the reverse order, and {@link #play} ends.
 */
final class DemoRun implements AutoCloseable {

    private static final Duration LAST_COMMITS = Duration.ofSeconds(20);
    private static final Duration INGEST_CLOSE = Duration.ofSeconds(10);

    private final DemoFolder folder;
    private final Output output;
    private final long seed;
    private final int days;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private Optional<DemoModel> model = Optional.empty();
    private boolean closed;

    DemoRun(DemoFolder folder, Output output, long seed, int days) {
        this.folder = folder;
        this.output = output;
        this.seed = seed;
        this.days = days;
    }

    /** Runs it to its end, or until it is closed. */
    void play() throws IOException, InterruptedException {
        try {
            start();
        } catch (RuntimeException broken) { // what fails because everything is being closed is no news
            if (!isClosed()) {
                throw broken;
            }
        }
    }

    private void start() throws IOException, InterruptedException {
        long began = System.nanoTime();
        DemoFolder.Progress start = folder.progress(new DemoFolder.Progress(seed, DemoConfig.firstMinute()));
        say("Icestream demo: synthetic weather of " + Station.NETWORK.size()
                + " invented stations, from Kafka into arrays. Ctrl-C ends it.");
        LocalBroker broker = keep(LocalBroker.start(folder.broker()));
        say("broker      " + broker.bootstrapServers() + ", a child of this process");
        RegistryServer registry = keep(RegistryServer.start(folder.registry()));
        say("registry    " + registry.url() + ", in this process");
        DemoConfig.write(folder, broker.bootstrapServers(), registry.url());
        IngestConfig config = ConfigLoader.load(folder.config(), Map.of(), List.of());
        say("ingest      " + folder.config() + ", log in " + folder.state());
        Encoder encoder = new Encoder(new SyntheticWeather(start.seed()), prepare(config));
        stream(config, encoder, start);
        if (!isClosed()) {
            report(config, (System.nanoTime() - began) / 1e9);
        }
    }

    private void stream(IngestConfig config, Encoder encoder, DemoFolder.Progress start)
            throws IOException, InterruptedException {
        try (DemoView view = view(Feeder.target(start, days) - Feeder.done(start))) {
            DemoModel now = new DemoModel(new DatasetGrid(config.dataset()), view);
            now.continuesFrom(LedgerReader.read(config).ledger());
            setModel(now);
            ingest(config, now);
            feed(config, encoder, now, start);
        }
    }

    private void say(String line) {
        if (output.json()) {
            output.note(line);
        } else {
            output.line(line);
        }
    }

    /** Creates the topic and registers the schema. */
    private int prepare(IngestConfig config) {
        try (Cluster cluster = Cluster.at(config.clientProperties(), Duration.ofSeconds(20))) {
            cluster.createTopic(new NewTopic(DemoConfig.TOPIC, DemoConfig.PARTITIONS, (short) 1));
        }
        return new HttpRegistryClient(config.registry(), InstantSource.system())
                .register(RegistryClient.valueSubject(DemoConfig.TOPIC), Observation.getClassSchema());
    }

    private DemoView view(long windows) {
        if (!Terminal.isInteractive() || output.json()) {
            return new PlainView(output);
        }
        return new LiveView(output.out(), windows, DemoReport.seriesName(), this::series);
    }

    private Optional<PublishedSeries> series() {
        try (Storage storage = Stores.open(folder.repository().toString());
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            return PublishedSeries.read(repository, DemoReport.VARIABLE.label(), DemoReport.STATION, 68);
        }
    }

    private void ingest(IngestConfig config, DemoModel now) {
        Wiring wiring = new Wiring(
                settings -> Stores.open(settings.location()), ProtocolObserver.NONE, InstantSource.system(), now);
        IngestApplication application = IngestApplication.start(config, RunOptions.CONTINUOUS, wiring);
        AutoCloseable closing = () -> application.close(INGEST_CLOSE);
        keep(closing);
    }

    private void feed(IngestConfig config, Encoder encoder, DemoModel now, DemoFolder.Progress start)
            throws IOException, InterruptedException {
        Feed source = new Feed(start.seed(), DemoConfig.firstMinute());
        try (Feeder feeder = new Feeder(config.clientProperties(), folder, source, encoder, now)) {
            long target = Feeder.target(start, days);
            feeder.play(start, target);
            boolean all = now.awaitClosed(target, LAST_COMMITS) && now.awaitTagged(LAST_COMMITS);
            now.haltedBecause().ifPresent(reason -> {
                throw new CliException(ExitCode.HALTED, "The ingest halted: " + reason);
            });
            if (!all && !isClosed()) {
                throw new CliException(
                        ExitCode.FAILED,
                        "The last windows were not published and tagged within " + LAST_COMMITS.toSeconds()
                                + " s; see the log in " + folder.state());
            }
        }
    }

    private void report(IngestConfig config, double seconds) {
        try (Storage storage = Stores.open(folder.repository().toString());
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            new DemoReport(output, folder, config, repository).print(seconds);
        }
    }

    private synchronized void setModel(DemoModel now) {
        model = Optional.of(now);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized <T extends AutoCloseable> T keep(T closeable) {
        started.push(closeable);
        if (closed) {
            closeAll();
            throw new IllegalStateException("The demo is being stopped");
        }
        return closeable;
    }

    @Override
    public synchronized void close() {
        closed = true;
        model.ifPresent(DemoModel::stop);
        closeAll();
    }

    private synchronized void closeAll() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception failed) { // the others have to be closed too
                output.note("error: cannot close cleanly: " + failed.getMessage());
            }
        }
    }
}
