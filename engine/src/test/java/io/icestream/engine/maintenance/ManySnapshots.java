package io.icestream.engine.maintenance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntries;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.zarr.GroupMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/** Works on a repository of a hundred thousand snapshots, one per minute, made directly: all in memory, objects included. */
final class ManySnapshots {
    private static final int SNAPSHOTS = 100_000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(START);
    private static final InstantSource CLOCK = () -> Objects.requireNonNull(NOW.get());

    private ManySnapshots() {}

    /**
     * Runs.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Storage storage = new InMemoryStorage("many", CLOCK);
        RepositoryOptions options =
                RepositoryOptions.defaults().withClock(CLOCK).withParallelism(2);
        Stopwatch watch = new Stopwatch("100,000 snapshots");
        make(storage, options);
        watch.print("made");
        try (Repository repository = Repository.open(storage, options)) {
            SnapshotId tip = repository.findBranch("main").orElseThrow();
            System.out.println("history: " + repository.history(tip).count() + " snapshots");
            watch.print("opened and listed");
            NOW.set(CLOCK.instant().plusSeconds(60));
            WritableSession session = repository.writableSession("main");
            session.createGroup(NodePath.of("/more"), GroupMetadata.empty());
            session.commit(CommitRequest.of("one more")).orThrow();
            watch.print("committed");
            Instant half = START.plus(Duration.ofMinutes(SNAPSHOTS / 2 + 1));
            ExpirationReport expired = new Expiration(repository).run(ExpireRequest.olderThan(half));
            System.out.println("expired: " + expired.released().size());
            watch.print("expired");
            CollectionReport collected = new GarbageCollector(repository)
                    .run(CollectRequest.olderThan(CLOCK.instant()).withMode(RunMode.DRY_RUN), Progress.NONE);
            System.out.println(
                    "collector: " + collected.deleted(ObjectKind.SNAPSHOT).objects() + " snapshots would go");
            watch.print("looked through by the collector");
        }
    }

    private static void make(Storage storage, RepositoryOptions options) {
        Repository.create(storage, options).close();
        RepositoryInfo empty;
        try (Repository repository = Repository.open(storage, options)) {
            empty = repository.info();
        }
        Random random = new Random(20261122);
        List<SnapshotEntry> entries = new ArrayList<>();
        empty.snapshots().all().forEach(entries::add);
        SnapshotId tip = entries.get(0).id();
        for (int i = 1; i <= SNAPSHOTS; i++) {
            Instant time = START.plus(Duration.ofMinutes(i));
            NOW.set(time);
            TreeMap<String, JsonNode> metadata = new TreeMap<>();
            metadata.put("sequence", IntNode.valueOf(i));
            Snapshot snapshot =
                    Snapshot.of(SnapshotId.random(random), time, "window " + i, metadata, List.of(), List.of());
            entries.add(SnapshotEntry.of(snapshot, Optional.of(tip)));
            tip = snapshot.id();
            storage.put(AssetKeys.snapshot(tip), IcechunkFile.encodeSnapshot(snapshot, 1));
            storage.put(AssetKeys.transactionLog(tip), IcechunkFile.encodeTransactionLog(log(tip), 1));
        }
        RepositoryInfo full = new RepositoryInfo(
                empty.specVersion(),
                empty.tags(),
                new TreeMap<>(Map.of(RepositoryInfo.MAIN, tip)),
                empty.deletedTags(),
                SnapshotEntries.of(entries),
                empty.status(),
                empty.metadata(),
                empty.latestUpdates(),
                empty.repoBeforeUpdates(),
                empty.config(),
                empty.flags(),
                empty.extra());
        storage.put(AssetKeys.REPOSITORY, IcechunkFile.encodeRepositoryInfo(full, 1));
    }

    private static TransactionLog log(SnapshotId id) {
        TreeSet<NodeId> none = new TreeSet<>();
        return new TransactionLog(id, none, none, none, none, none, none, Collections.emptySortedMap(), List.of());
    }
}
