package io.icestream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.maintenance.Inspection;
import io.icestream.engine.maintenance.ObjectKind;
import io.icestream.engine.maintenance.RunMode;
import io.icestream.engine.maintenance.StorageStatistics;
import io.icestream.engine.ref.RepositorySettings;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One object of every kind that a repository consists of is flipped in one bit of every byte, and cut at every fourth, and then all is done
 * with the repository that can be done. The outcome is an error of the engine, or all is seen as if nothing had happened
 * (the name of the writer in a header may be anything); only what a chunk holds may be another thing. So whatever we write
 * carries a checksum. What other implementations write does not: {@code DamageTest} damages what is inside.
 */
@Timeout(300)
class DamagedObjectsTest {
    private static final TreeMap<String, Integer> COUNTS = new TreeMap<>();

    private final VirtualClock clock = new VirtualClock();
    private final InMemoryStorage storage = new InMemoryStorage("damaged", clock);
    private final RepositoryOptions options = RepositoryOptions.defaults()
            .withConfig(
                    RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(8).withUpdatesPerRepositoryObject(2))
            .withClock(clock)
            .withRandom(new Random(5))
            .withWaiter(duration -> {})
            .withParallelism(1);

    DamagedObjectsTest() {
        try (Repository repository = Repository.create(storage, options)) {
            repository.transact("main", request("nodes"), session -> {
                session.createGroup(NodePath.ROOT, GroupMetadata.empty());
                session.createArray(Scene.A, Scene.array(4));
            });
            repository.transact("main", request("chunks"), session -> {
                session.setChunk(Scene.A, ChunkIndex.of(0), Scene.bytes("small"));
                session.setChunk(Scene.A, ChunkIndex.of(1), Scene.bytes("one that is large"));
            });
            repository.createTag("t", repository.findBranch("main").orElseThrow());
        }
    }

    private static CommitRequest request(String message) {
        return CommitRequest.of(message);
    }

    static Stream<ObjectKind> kinds() {
        return Stream.of(ObjectKind.values());
    }

    @AfterAll
    static void print() {
        System.out.println("damages: " + COUNTS);
    }

    @Test
    void theKindsAreAllThatThereIs() {
        List<String> others = new ArrayList<>();
        try (Stream<ObjectSummary> all = storage.list("")) {
            all.map(ObjectSummary::key)
                    .filter(key -> kinds().noneMatch(kind -> key.startsWith(kind.prefix())))
                    .forEach(others::add);
        }
        assertThat(others).containsExactly("repo");
        assertThat(kinds()).allSatisfy(kind -> assertThat(newest(kind.prefix())).startsWith(kind.prefix()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anObjectDamagedAnywhereIsAnErrorOrMakesNoDifference(ObjectKind kind) {
        damageEverywhere(newest(kind.prefix()), kind == ObjectKind.CHUNK);
    }

    @Test
    void theRepositoryObjectDamagedAnywhereIsAnErrorOrMakesNoDifference() {
        damageEverywhere("repo", false);
    }

    /** The one that the tip leads to, or the copy that the ops log goes on in. */
    private String newest(String prefix) {
        if (prefix.equals(ObjectKind.BACKUP.prefix())) {
            try (Repository repository = Repository.open(storage, options)) {
                return prefix + repository.info().repoBeforeUpdates().orElseThrow();
            }
        }
        try (Stream<ObjectSummary> all = storage.list(prefix)) {
            return all.map(ObjectSummary::key)
                    .filter(key -> !key.contains("1CECHNKREP0F1RSTCMT0"))
                    .max((a, b) -> Long.compare(versionOf(a), versionOf(b)))
                    .orElseThrow();
        }
    }

    private long versionOf(String key) {
        return Long.parseLong(
                storage.find(key).orElseThrow().version().toString().replaceAll("\\D", ""));
    }

    private void damageEverywhere(String key, boolean contentMayDiffer) {
        byte[] sound = Bytes.copyOf(storage.find(key).orElseThrow().bytes()).toByteArray();
        String expected = use();
        Random random = new Random(sound.length);
        for (int at = 0; at < sound.length; at++) {
            byte[] flipped = sound.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            damage(key, flipped, contentMayDiffer ? "" : expected, "bit flipped in byte " + at);
            if (at % 4 == 0) {
                damage(key, Arrays.copyOf(sound, at), expected, "cut after " + at + " bytes");
            }
        }
        storage.put(key, ByteBuffer.wrap(sound));
        assertThat(use()).isEqualTo(expected);
    }

    /** Expected is the empty text if anything may be seen. */
    private void damage(String key, byte[] content, String expected, String what) {
        storage.put(key, ByteBuffer.wrap(content));
        String kind = key.replaceAll("/.*", "");
        try {
            String seen = use();
            if (!expected.isEmpty()) {
                assertThat(seen).as(key + ", " + what).isEqualTo(expected);
            }
            COUNTS.merge(kind + ": makes no difference", 1, Integer::sum);
        } catch (IcestreamException e) {
            COUNTS.merge(kind + ": " + e.getClass().getSimpleName(), 1, Integer::sum);
        } catch (RuntimeException e) {
            throw new AssertionError(key + ", " + what, e);
        }
    }

    /** Does everything that reads, and everything that reads before it writes; what cannot be done fails at the end. */
    private String use() {
        List<IcestreamException> failures = new ArrayList<>();
        StringBuilder seen = new StringBuilder();
        try (Repository repository = Repository.open(storage, options)) {
            List<Consumer<Repository>> uses = List.of(
                    used -> seen.append(VisibleState.of(used)),
                    DamagedObjectsTest::diff,
                    used -> VisibleState.verify(used),
                    used -> new StorageStatistics(used).run((stage, done, of) -> {}),
                    used -> new Inspection(storage).inspect("repo"),
                    used -> new Expiration(used)
                            .run(ExpireRequest.olderThan(clock.last()).withMode(RunMode.DRY_RUN)),
                    used -> new GarbageCollector(used)
                            .run(
                                    CollectRequest.olderThan(clock.last()).withMode(RunMode.DRY_RUN),
                                    (stage, done, of) -> {}),
                    DamagedObjectsTest::edit);
            uses.forEach(use -> {
                try {
                    use.accept(repository);
                } catch (IcestreamException e) {
                    failures.add(e);
                }
            });
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return seen.toString();
    }

    private static void diff(Repository repository) {
        List<SnapshotEntry> history =
                repository.history(repository.findBranch("main").orElseThrow()).toList();
        repository.diff(
                Version.snapshot(history.get(history.size() - 1).id()),
                Version.snapshot(history.get(0).id()));
    }

    private static void edit(Repository repository) {
        WritableSession session = repository.writableSession("main");
        session.shiftArray(Scene.A, 1);
        session.flush(request("never published"));
        RepositorySettings settings = repository.settings();
        assertThat(settings.status()).isNotNull();
    }

    @Test
    void forksDamagedOnTheWayAreRefused() {
        try (Repository repository = Repository.open(storage, options)) {
            WritableSession session = repository.writableSession("main");
            byte[] ticket = session.fork().toByteArray();
            ForkedSession fork = repository.openFork(Bytes.wrap(ticket));
            fork.session().setChunk(Scene.A, ChunkIndex.of(2), Scene.bytes("fork"));
            byte[] changes = fork.changes().toByteArray();
            refuseDamaged(ticket, repository::openFork);
            refuseDamaged(changes, damaged -> session.merge(damaged, new ConflictDetector()));
            assertThat(session.merge(Bytes.wrap(changes), new ConflictDetector()))
                    .isEmpty();
        }
    }

    private static void refuseDamaged(byte[] sound, Consumer<Bytes> use) {
        for (int bit = 0; bit < sound.length * 8; bit++) {
            byte[] damaged = sound.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> use.accept(Bytes.wrap(damaged))).isInstanceOf(CorruptObjectException.class);
            COUNTS.merge("forks", 1, Integer::sum);
        }
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> use.accept(Bytes.wrap(cut))).isInstanceOf(CorruptObjectException.class);
        }
    }
}
