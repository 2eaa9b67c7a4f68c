package io.icestream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.UpdateAttemptsException;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.zarr.GroupMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One run of the simulation: the repository, who works on it, and what they do. */
final class SimulatedWorld {
    private static final Duration LENGTH = Duration.ofMinutes(20);
    private static final Duration EXPIRY = Duration.ofMinutes(6);
    private static final int WRITERS = 3;
    private static final int CHUNKS = 6;

    private final Random random;
    private final Scheduler scheduler;
    private final InMemoryStorage objects;
    private final SimulatedStorage.Odds odds;
    private final Duration age;
    private final SortedMap<String, Integer> counts;
    private final Ledger ledger;
    /** Commits of processes that died on the way: they may have landed, or still land. */
    private final Set<String> uncertain = new HashSet<>();

    SimulatedWorld(long seed, SimulatedStorage.Odds odds, Duration age, SortedMap<String, Integer> counts) {
        this.random = new Random(seed);
        this.scheduler = new Scheduler(random, LENGTH);
        this.objects = new InMemoryStorage("simulated", scheduler);
        this.odds = odds;
        this.age = age;
        this.counts = counts;
        RepositoryConfig config =
                RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(8).withUpdatesPerRepositoryObject(20);
        try (Repository repository = Repository.create(objects, options().withConfig(config))) {
            this.ledger = new Ledger(objects, options(), counts);
            fill(repository);
        }
    }

    private void fill(Repository repository) {
        Map<String, String> nodes = new TreeMap<>(Map.of("/", "GROUP", "/shared", "ARRAY"));
        WritableSession session = repository.writableSession("main");
        session.createGroup(NodePath.ROOT, GroupMetadata.empty());
        session.createArray(NodePath.of("/shared"), Scene.array(CHUNKS));
        for (int writer = 0; writer < WRITERS; writer++) {
            nodes.put("/w" + writer, "ARRAY");
            session.createArray(NodePath.of("/w" + writer), Scene.array(CHUNKS));
        }
        ledger.intend(new Ledger.Intent("nodes", "main", nodes));
        session.commit(CommitRequest.of("nodes")).orThrow();
        SnapshotId tip = repository.findBranch("main").orElseThrow();
        ledger.replaced(objects.find("repo").orElseThrow().bytes());
        for (String branch : List.of("dev", "own0", "own1", "own2")) {
            repository.createBranch(branch, tip);
            ledger.replaced(objects.find("repo").orElseThrow().bytes());
        }
    }

    Ledger ledger() {
        return ledger;
    }

    /** Opens the repository without faults. */
    Repository open() {
        return Repository.open(objects, options());
    }

    private RepositoryOptions options() {
        return RepositoryOptions.defaults()
                .withClock(scheduler)
                .withRandom(random)
                .withWaiter(duration -> {})
                .withParallelism(1);
    }

    /** One process on the repository; every storage call of it can go wrong. */
    private Repository process(SimulatedStorage.Odds chances) {
        SimulatedStorage storage = new SimulatedStorage(objects, scheduler, random, chances, ledger);
        return Repository.open(storage, options().withWaiter(scheduler::pause));
    }

    void run() {
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            scheduler.add("writer " + i, () -> {
                List<Ledger.Intent> open = new ArrayList<>();
                int[] number = new int[1];
                live(odds, repository -> write(repository, writer, open, number));
            });
        }
        scheduler.add("reader 0", () -> live(odds, this::read));
        scheduler.add("reader 1", () -> live(odds, this::read));
        scheduler.add("keeper", () -> live(odds, this::keepRefs));
        scheduler.add("collector", () -> live(odds.seldom(), this::collect));
        scheduler.run();
    }

    /** Opens the repository and works; after death and storage failures again, until the time is over. */
    private void live(SimulatedStorage.Odds chances, Consumer<Repository> work) {
        while (!scheduler.isOver()) {
            try (Repository repository = process(chances)) {
                while (!scheduler.isOver()) {
                    work.accept(repository);
                }
            } catch (SimulatedStorage.ProcessDied e) {
                count("starts again");
                scheduler.pause(Duration.ofMillis(random.nextInt(5000)));
            } catch (StorageException e) {
                requireSimulated(e);
                scheduler.pause(Duration.ofMillis(500));
            }
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private static void requireSimulated(StorageException e) {
        if (!String.valueOf(e.getMessage()).contains("simulated fault")) {
            throw new AssertionError("A storage failure that is none of ours", e);
        }
    }

    // Writers

    /** Makes a commit; one that died or failed before is made again first, under the same key. */
    private void write(Repository repository, int writer, List<Ledger.Intent> open, int[] number) {
        if (open.isEmpty()) {
            scheduler.pause(Duration.ofMillis(random.nextInt(20_000)));
            open.add(newIntent(writer, number[0]++));
        }
        Ledger.Intent intent = open.get(0);
        ledger.intend(intent);
        try {
            if (attempt(repository, intent)) {
                open.clear();
            }
        } catch (SimulatedStorage.ProcessDied e) {
            uncertain.add(intent.message());
            throw e;
        } catch (UpdateAttemptsException e) {
            count("attempts used up");
        }
    }

    /** False if it has to be made again. */
    private boolean attempt(Repository repository, Ledger.Intent intent) {
        WritableSession session = repository.writableSession(intent.branch());
        if (intent.branch().startsWith("own") && isInHistory(repository, intent)) {
            // An amendment has no key; whoever died after publishing finds its message.
            assertThat(ledger.timesPublished(intent)).isOne();
            return true;
        }
        try {
            intent.changes().forEach((place, text) -> change(session, place, text));
            if (random.nextInt(5) == 0) {
                scheduler.pause(Duration.ofMillis(random.nextInt(60_000)));
            }
            conclude(intent, outcome(session, intent));
            return true;
        } catch (ObjectNotFoundException e) {
            // The base of the session was the tip, became history, expired, and its objects were old.
            assertThat(ledger.isLive(session.snapshotId())).as(e.toString()).isFalse();
            count("bases gone");
            return false;
        }
    }

    private CommitOutcome outcome(WritableSession session, Ledger.Intent intent) {
        CommitOutcome outcome = end(session, intent);
        while (outcome instanceof CommitOutcome.Unknown) {
            count("unknown");
            scheduler.pause(Duration.ofMillis(random.nextInt(3000)));
            outcome = end(session, intent);
        }
        return outcome;
    }

    private static boolean isInHistory(Repository repository, Ledger.Intent intent) {
        SnapshotId tip = repository.findBranch(intent.branch()).orElseThrow();
        return repository.history(tip).anyMatch(entry -> entry.message().equals(intent.message()));
    }

    private Ledger.Intent newIntent(int writer, int number) {
        String message = "w" + writer + "-" + number;
        String branch = List.of("main", "main", "main", "dev", "own" + writer).get(random.nextInt(5));
        Map<String, String> changes = new TreeMap<>();
        String size = random.nextBoolean() ? "" : ", and long enough for an object of its own";
        for (int i = random.nextInt(3); i >= 0; i--) {
            changes.put("/w" + writer + " " + random.nextInt(CHUNKS), message + size);
        }
        if (random.nextInt(3) == 0) {
            changes.put("/shared " + random.nextInt(CHUNKS), message + size);
        }
        if (random.nextInt(4) == 0) {
            changes.put("/w" + writer + " " + random.nextInt(CHUNKS), "");
        }
        if (random.nextInt(6) == 0) {
            changes.put("/" + message, "GROUP");
        }
        return new Ledger.Intent(message, branch, changes);
    }

    private static void change(WritableSession session, String place, String text) {
        String[] parts = place.split(" ", -1);
        NodePath path = NodePath.of(parts[0]);
        if (parts.length == 1) {
            if (session.findNode(path).isEmpty()) {
                session.createGroup(path, GroupMetadata.empty());
            }
        } else if (text.isEmpty()) {
            session.deleteChunk(path, ChunkIndex.of(Integer.parseInt(parts[1])));
        } else {
            session.setChunk(path, ChunkIndex.of(Integer.parseInt(parts[1])), Scene.bytes(text));
        }
    }

    /** Commits on branches of all, with rebase or without; amends or commits on a branch of one's own. */
    private CommitOutcome end(WritableSession session, Ledger.Intent intent) {
        if (intent.branch().startsWith("own") && intent.message().hashCode() % 2 == 0) {
            return session.amend(AmendRequest.of(intent.message()).allowEmpty());
        }
        CommitRequest request = CommitRequest.of(intent.message()).idempotencyKey(intent.message());
        boolean rebases = intent.message().hashCode() % 4 != 1;
        return session.commit(rebases ? request.solver(BasicConflictSolver.defaults()) : request);
    }

    private void conclude(Ledger.Intent intent, CommitOutcome outcome) {
        scheduler.note(intent.message() + " on " + intent.branch() + ": " + outcome);
        if (outcome instanceof CommitOutcome.Committed committed) {
            assertThat(ledger.timesPublished(intent)).as(intent + " committed").isOne();
            count(committed.repeated() ? "found committed" : "committed");
            if (committed.rebaseAttempts() > 0) {
                count("rebased");
            }
        } else {
            assertThat(ledger.timesPublished(intent))
                    .as(intent + ": " + outcome)
                    .isLessThanOrEqualTo(uncertain.contains(intent.message()) ? 1 : 0);
            count("refused: "
                    + ((CommitOutcome.Refused) outcome).reason().getClass().getSimpleName());
        }
    }

    // Readers

    private void read(Repository repository) {
        scheduler.pause(Duration.ofMillis(random.nextInt(10_000)));
        Version version = anyVersion(repository);
        Optional<SnapshotId> id = Optional.empty();
        try {
            ReadonlySession session = repository.readonlySession(version);
            id = Optional.of(session.snapshotId());
            if (random.nextInt(4) == 0) {
                scheduler.pause(Duration.ofMinutes(random.nextInt(8)));
            }
            assertThat(Ledger.read(session)).as("snapshot " + id).isEqualTo(ledger.contentOf(session.snapshotId()));
            count("snapshots read");
        } catch (ObjectNotFoundException e) {
            id.ifPresent(
                    gone -> assertThat(ledger.isLive(gone)).as(e.toString()).isFalse());
            count("snapshots gone while reading");
        } catch (NotFoundException e) {
            assertThat(version).isInstanceOf(Version.Tag.class);
            count("tags gone before reading");
        }
    }

    private Version anyVersion(Repository repository) {
        List<String> tags = List.copyOf(repository.tags().keySet());
        if (!tags.isEmpty() && random.nextInt(3) == 0) {
            return Version.tag(tags.get(random.nextInt(tags.size())));
        }
        return Version.branch(List.of("main", "main", "dev", "own0").get(random.nextInt(4)));
    }

    // Refs

    private void keepRefs(Repository repository) {
        scheduler.pause(Duration.ofMillis(random.nextInt(60_000)));
        String name = "n" + random.nextInt(1000);
        try {
            switch (random.nextInt(5)) {
                case 0, 1 ->
                    repository.createTag(name, repository.findBranch("main").orElseThrow());
                case 2 -> {
                    List<String> tags = List.copyOf(repository.tags().keySet());
                    if (!tags.isEmpty()) {
                        repository.deleteTag(tags.get(random.nextInt(tags.size())));
                    }
                }
                case 3 ->
                    repository.createBranch(name, repository.findBranch("dev").orElseThrow());
                default -> {
                    for (String branch : repository.branches().keySet()) {
                        if (branch.startsWith("n")) {
                            repository.resetBranch(
                                    branch, repository.findBranch("main").orElseThrow());
                            repository.deleteBranch(branch);
                            return;
                        }
                    }
                }
            }
        } catch (AlreadyExistsException | NotFoundException | UpdateUnknownException | UpdateAttemptsException e) {
            count("ref changes refused or unknown");
        }
    }

    // Collector

    private void collect(Repository repository) {
        scheduler.pause(Duration.ofMillis(random.nextInt(120_000)));
        Instant now = scheduler.instant();
        try {
            if (random.nextBoolean()) {
                new Expiration(repository)
                        .run(ExpireRequest.olderThan(now.minus(EXPIRY))
                                .withTags(
                                        random.nextInt(3) == 0
                                                ? ExpireRequest.ExpiredRefs.DELETE
                                                : ExpireRequest.ExpiredRefs.KEEP));
            } else {
                new GarbageCollector(repository)
                        .run(CollectRequest.olderThan(now.minus(age)), (stage, done, expected) -> {});
                count("collections");
            }
        } catch (UpdateUnknownException | UpdateAttemptsException e) {
            count("maintenance refused or unknown");
        }
    }
}
