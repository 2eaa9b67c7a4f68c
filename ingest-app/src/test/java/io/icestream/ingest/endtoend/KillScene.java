package io.icestream.ingest.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.ChildJvm;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.ingest.endtoend.KillSwitch.Blow;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One ingest of the weather, the processes that run it, and the observations sent to it so far. */
final class KillScene implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Days after which a row is late for certain: longer than a chunk, the horizon, and what may be unpublished. */
    private static final int LATE_DAYS = 16;

    private static final int LATE_ROWS = 2;

    private final WeatherIngest ingest;
    private final Weather weather = Weather.load();
    private final KillSwitch killSwitch;
    private final RepositoryAudit audit;
    private final Random random;
    private final Map<String, ChildJvm> children = new TreeMap<>();
    private final long began = System.nanoTime();
    private int day;
    private int foreignCommits;

    /** Sends the first days, so that every partition that will have records has some before a process looks. */
    KillScene(LocalBroker broker, RegistryServer registry, Path folder, String id, long seed) {
        this.ingest = WeatherIngest.on(broker, registry, id, folder);
        this.audit = new RepositoryAudit(ingest.repository(), id, weather);
        this.random = new Random(seed);
        try {
            this.killSwitch = new KillSwitch(Files.createDirectories(switches()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ingest.configFile();
        createRepository();
        produceDays(1);
    }

    /** A repository without inline chunks: a process that stores them takes its time. */
    private void createRepository() {
        RepositoryConfig config = RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(0);
        try (Storage storage = LocalStorage.open(ingest.repository(), Durability.DISK)) {
            Repository.create(storage, RepositoryOptions.defaults().withConfig(config))
                    .close();
        }
    }

    private Path switches() {
        return ingest.folder().resolve("switches");
    }

    KillSwitch killSwitch() {
        return killSwitch;
    }

    RepositoryAudit audit() {
        return audit;
    }

    /**
     * Sends the next days, some rows that are late, one of an unknown station and one record that is no observation.
     */
    void produceDays(int days) {
        Weather next = weather.days(day, day + days);
        List<Weather.Row> rows = new ArrayList<>(next.rows());
        rows.add(strange(next.rows().get(0)));
        for (int late = 0; late < LATE_ROWS && day > LATE_DAYS; late++) {
            List<Weather.Row> old = weather.days(0, day - LATE_DAYS).rows();
            rows.add(old.get(random.nextInt(old.size())));
        }
        ingest.produce(new Weather(rows), random.nextLong(1 << 30));
        ingest.produceRaw("no observation of day " + day);
        day += days;
    }

    private static Weather.Row strange(Weather.Row row) {
        return new Weather.Row(row.hour(), -1, row.values(), "XYZ" + row.line().substring(3));
    }

    /** Lets happen what has to happen before a point is passed. */
    void prepare(ProtocolPoint point) {
        if (point == ProtocolPoint.ASM_DEAD_LETTER_UNCOMMITTED && day <= LATE_DAYS) {
            produceDays(LATE_DAYS + 1 - day);
            awaitPublished();
        } else if (point == ProtocolPoint.COM_REBUILD_ON_FOREIGN_TIP) {
            commitForeign();
        } else if (point == ProtocolPoint.COM_ROUND_REOPENED) {
            killSwitch.arm(ProtocolPoint.COM_ROUND_OPEN_UNCOMMITTED, 1, Blow.PAUSE);
        }
    }

    /** Somebody else commits something that is none of the ingest's business. */
    private void commitForeign() {
        try (Storage storage = LocalStorage.open(ingest.repository(), Durability.DISK);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            WritableSession session = repository.writableSession("main");
            session.createGroup(NodePath.of("/notes-" + foreignCommits++), GroupMetadata.empty());
            session.commit(CommitRequest.of("Notes")).orThrow();
        }
    }

    ChildJvm start(String name) {
        return start(name, "run");
    }

    /** Begins a new incarnation in the place of a process that has stopped. */
    ChildJvm reinit(String name) {
        return start(name, "reinit");
    }

    private ChildJvm start(String name, String verb) {
        ChildJvm child = ChildJvm.start(
                List.of("-Xmx512m"),
                IngestChild.class,
                verb,
                ingest.folder().resolve("ingest.yaml").toString(),
                switches().toString(),
                stateDirectory(name).toString());
        children.put(name, child);
        return child;
    }

    private Path stateDirectory(String name) {
        return ingest.folder().resolve("state-" + name);
    }

    void awaitDeath(String name) {
        awaitExit(name, KillSwitch.EXIT_CODE);
    }

    void awaitExit(String name, int exitCode) {
        try (ChildJvm child = Objects.requireNonNull(children.remove(name))) {
            assertThat(child.awaitExit(PATIENCE)).as(child.output()).isEqualTo(exitCode);
        }
    }

    /** Waits until one of the processes is dead; its name. */
    String awaitDeathOfOne() {
        String dead = await(
                "death of one of " + children.keySet(),
                () -> children.entrySet().stream()
                        .filter(child -> !child.getValue().isAlive())
                        .map(Map.Entry::getKey)
                        .findFirst());
        awaitDeath(dead);
        return dead;
    }

    /** Waits until one of the processes has stopped itself. */
    ChildJvm awaitStopped() {
        return await(
                "stop of one of " + children.keySet(),
                () -> children.values().stream()
                        .filter(child ->
                                killSwitch.struck().stream().anyMatch(line -> line.endsWith("stop " + child.pid())))
                        .findFirst());
    }

    /** Waits until everything is published that the watermark allows. */
    void awaitPublished() {
        int hours = day * 24 - 12;
        await("windows up to hour " + hours, () -> audit.check().filter(ledger -> ledger.closed() >= hours));
    }

    private <T> T await(String what, Supplier<Optional<T>> look) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        StringBuilder outputs = new StringBuilder();
        children.forEach(
                (name, child) -> outputs.append("\n").append(name).append(": ").append(child.output()));
        throw new AssertionError("No " + what + " within " + PATIENCE + outputs);
    }

    /** Ends a process in an orderly way. */
    void stop(String name) {
        try (ChildJvm child = Objects.requireNonNull(children.remove(name))) {
            child.terminate();
            child.awaitExit(PATIENCE);
        }
    }

    /** Sends the rest of the year, publishes it in this process and checks that all is there, once. */
    void finish(int strikes) throws InterruptedException {
        ingest.produce(weather.days(day, Weather.DAYS), random.nextLong(1 << 30));
        RunEvents events = new RunEvents();
        RunSummary summary = ingest.runToEnd(events, "state-directory=" + stateDirectory("a"));
        assertThat(summary.halted()).isEmpty();
        Ledger ledger = audit.checkEnd(Weather.DAYS * 24);
        audit.checkFacts();
        ingest.checkCounts(ledger);
        long halts = killSwitch.struck().stream()
                .filter(line -> !line.contains(" pause "))
                .count();
        assertThat(halts).isEqualTo(strikes);
        System.out.printf(
                "%s: %d strikes, %,d records, %,d cells, %,d superseded, %d snapshots, dead letters %s, %.0f s%n",
                ingest.id(),
                strikes,
                ledger.position().sum(),
                Ledger.total(ledger.cells()),
                ledger.superseded(),
                audit.snapshots(),
                ingest.deadLetters(),
                (System.nanoTime() - began) / 1e9);
    }

    @Override
    public void close() {
        children.values().forEach(ChildJvm::close);
    }
}
