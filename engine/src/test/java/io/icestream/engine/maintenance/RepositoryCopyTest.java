package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ConfigSetting;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.VerifyRequest.Payloads;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a repository of several branches and tags: what arrives, from which moment, and after every interruption. */
class RepositoryCopyTest {
    private static final NodePath ARRAY = NodePath.of("/a");
    private static final int CHUNKS = 20;

    private final Storage storage = new InMemoryStorage("original", InstantSource.system());
    private final Storage target = new InMemoryStorage("copy", InstantSource.system());
    private final Repository repository = Repository.create(storage, RepositoryOptions.defaults());

    @BeforeEach
    void fill() {
        repository.transact("main", CommitRequest.of("array"), session -> {
            session.createGroup(NodePath.ROOT, GroupMetadata.empty());
            session.createArray(
                    ARRAY,
                    ArrayMetadata.builder(DataType.UINT8, new long[] {CHUNKS * 1000L}, new long[] {1000})
                            .codecs(CodecChain.uncompressed(DataType.UINT8))
                            .build());
        });
        commit("main", 0);
        repository.createTag("v1", commit("main", 1));
        repository.createBranch("side", commit("main", 2));
        commit("main", 3);
        commit("side", 4);
        repository.createTag("gone", tip("side"));
        repository.deleteTag("gone");
        repository.settings().setMetadata(Map.of("owner", JsonNodeFactory.instance.textNode("us")));
    }

    @AfterEach
    void close() {
        repository.close();
        storage.close();
        target.close();
    }

    private SnapshotId tip(String branch) {
        return repository.findBranch(branch).orElseThrow();
    }

    private SnapshotId commit(String branch, int chunk) {
        return repository
                .transact(
                        branch,
                        CommitRequest.of("chunk " + chunk),
                        session -> session.setChunk(ARRAY, ChunkIndex.of(chunk), chunk(chunk)))
                .id();
    }

    private static ByteBuffer chunk(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        while (bytes.hasRemaining()) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    private CopyReport copy(CopyRequest request) {
        return copyTo(target, request);
    }

    private CopyReport copyTo(Storage to, CopyRequest request) {
        return new RepositoryCopy(repository, to).run(request, Progress.NONE);
    }

    private static Repository open(Storage at) {
        return Repository.open(at, RepositoryOptions.defaults());
    }

    private static Set<String> keys(Storage of) {
        try (Stream<ObjectSummary> objects = of.list("")) {
            return Set.copyOf(objects.map(ObjectSummary::key).toList());
        }
    }

    private static List<Integer> chunks(Repository of, Version version) {
        Session session = of.readonlySession(version);
        List<Integer> present = new ArrayList<>();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int expected = chunk;
            session.readChunk(ARRAY, ChunkIndex.of(chunk)).ifPresent(bytes -> {
                assertThat(bytes).isEqualTo(chunk(expected));
                present.add(expected);
            });
        }
        return present;
    }

    private static void requireSound(Repository copy) {
        assertThat(new Verification(copy)
                        .run(VerifyRequest.defaults().withPayloads(Payloads.READ), Progress.NONE)
                        .findings())
                .isEmpty();
    }

    @Test
    void everythingArrivesUnderTheSameIds() {
        CopyReport report = copy(CopyRequest.whole());

        assertThat(report.finished()).isTrue();
        assertThat(report.snapshots()).isEqualTo(repository.info().snapshots().size());
        try (Repository copy = open(target)) {
            RepositoryInfo original = repository.info();
            RepositoryInfo found = copy.info();
            assertThat(found.branches()).isEqualTo(original.branches());
            assertThat(found.tags()).isEqualTo(original.tags());
            assertThat(found.deletedTags()).isEqualTo(original.deletedTags());
            assertThat(found.snapshots()).isEqualTo(original.snapshots());
            assertThat(found.metadata()).isEqualTo(original.metadata());
            assertThat(copy.operations().map(update -> update.kind()).toList())
                    .isEqualTo(
                            repository.operations().map(update -> update.kind()).toList());
            assertThat(chunks(copy, Version.branch("main"))).containsExactly(0, 1, 2, 3);
            assertThat(chunks(copy, Version.branch("side"))).containsExactly(0, 1, 2, 4);
            requireSound(copy);
        }
        assertThat(keys(target)).noneMatch(key -> key.startsWith(AssetKeys.OVERWRITTEN));
    }

    @Test
    void aCopyIsWrittenAndCollectedLikeAnyRepository() {
        copy(CopyRequest.whole());
        try (Repository copy = open(target)) {
            copy.transact(
                    "main", CommitRequest.of("more"), session -> session.setChunk(ARRAY, ChunkIndex.of(9), chunk(9)));
            assertThat(copy.operations().count())
                    .isEqualTo(repository.operations().count() + 1);
            new GarbageCollector(copy)
                    .run(CollectRequest.olderThan(Instant.now().plusSeconds(5)), Progress.NONE);
            assertThat(chunks(copy, Version.branch("main"))).containsExactly(0, 1, 2, 3, 9);
            requireSound(copy);
        }
    }

    @Test
    void chosenRefsArriveWithWhatTheyReachAndNothingElse() {
        CopyReport report = copy(CopyRequest.whole().withTags(Set.of("v1")));

        assertThat(report.snapshots()).isEqualTo(4);
        assertThat(report.copied(ObjectKind.CHUNK).objects()).isEqualTo(2);
        try (Repository copy = open(target)) {
            assertThat(copy.tags()).containsOnlyKeys("v1");
            assertThat(copy.branches()).isEqualTo(new TreeMap<>(Map.of("main", SnapshotId.INITIAL)));
            assertThat(chunks(copy, Version.tag("v1"))).containsExactly(0, 1);
            assertThat(copy.operations()).hasSize(1);
            requireSound(copy);
            copy.resetBranch("main", copy.findTag("v1").orElseThrow());
            copy.transact(
                    "main", CommitRequest.of("more"), session -> session.setChunk(ARRAY, ChunkIndex.of(9), chunk(9)));
        }
    }

    @Test
    void aBranchAndASnapshotAreChosenTogether() {
        SnapshotId wanted = tip("main");
        copy(CopyRequest.whole().withBranches(Set.of("side")).withSnapshots(Set.of(wanted)));
        try (Repository copy = open(target)) {
            assertThat(chunks(copy, Version.branch("side"))).containsExactly(0, 1, 2, 4);
            assertThat(chunks(copy, Version.snapshot(wanted))).containsExactly(0, 1, 2, 3);
        }
        Storage other = new InMemoryStorage("other", InstantSource.system());
        assertThatThrownBy(() -> copyTo(other, CopyRequest.whole().withTags(Set.of("v2"))))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("[v1]");
        assertThatThrownBy(() -> copyTo(other, CopyRequest.whole().withBranches(Set.of("nope"))))
                .isInstanceOf(NotFoundException.class);
        assertThat(keys(other)).isEmpty();
    }

    @Test
    void aDryRunCountsAndWritesNothing() {
        CopyReport dry = copy(CopyRequest.whole().withMode(RunMode.DRY_RUN));
        assertThat(keys(target)).isEmpty();
        CopyReport real = copy(CopyRequest.whole());
        assertThat(dry.copied()).isEqualTo(real.copied());
        assertThat(real.total().objects()).isEqualTo(keys(target).size() - 1);
    }

    @Test
    void manyPassesWithLittleMemoryCopyTheSame() {
        CopyReport small = copy(CopyRequest.whole().withTableEntries(1));
        Storage other = new InMemoryStorage("other", InstantSource.system());
        CopyReport large = copyTo(other, CopyRequest.whole());
        assertThat(small.copied()).isEqualTo(large.copied());
        assertThat(keys(target)).isEqualTo(keys(other));
    }

    @Test
    void whereThereIsSomethingNothingIsWritten() {
        Storage taken = new InMemoryStorage("taken", InstantSource.system());
        Repository.create(taken, RepositoryOptions.defaults()).close();
        Set<String> before = keys(taken);
        assertThatThrownBy(() -> copyTo(taken, CopyRequest.whole()))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("there is a repository");
        assertThat(keys(taken)).isEqualTo(before);
        assertThatThrownBy(() -> copyTo(storage, CopyRequest.whole())).isInstanceOf(AlreadyExistsException.class);

        Storage foreign = new InMemoryStorage("foreign", InstantSource.system());
        foreign.put("notes.txt", ByteBuffer.wrap(new byte[1]));
        assertThatThrownBy(() -> copyTo(foreign, CopyRequest.whole()))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("notes.txt");
    }

    @Test
    void aReadOnlyOriginalBecomesACopyThatIsOnline() {
        repository.settings().setStatus(RepositoryStatus.Availability.READ_ONLY, Optional.of("moving"));
        copy(CopyRequest.whole());
        try (Repository copy = open(target)) {
            assertThat(copy.settings().status().availability()).isEqualTo(RepositoryStatus.Availability.ONLINE);
        }
    }

    @Test
    void settingsOfTheOriginalsStoreStayBehind() {
        repository
                .settings()
                .updateConfig(config -> config.with(
                                ConfigSetting.find("storage.unsafe_use_conditional_update")
                                        .orElseThrow(),
                                JsonNodeFactory.instance.booleanNode(false))
                        .withInlineChunkThresholdBytes(7));
        copy(CopyRequest.whole());
        assertThat(Repository.findStoredConfig(target).orElseThrow().settings().toString())
                .doesNotContain("unsafe_use_conditional_update")
                .contains("\"inline_chunk_threshold_bytes\":7");
    }

    /** Dies before each of its storage calls on the target in turn; a second run finishes, and copies only what is missing. */
    @Test
    void aCopyThatDiesAnywhereIsFinishedByTheNext() {
        int calls = countCalls();
        int resumed = 0;
        for (int call = 1; call <= calls; call++) {
            Storage plain = new InMemoryStorage("copy " + call, InstantSource.system());
            FaultInjectingStorage dying = new FaultInjectingStorage(plain);
            dying.crashAt(call, Fault.CRASH_BEFORE);
            assertThatThrownBy(() -> copyTo(dying, CopyRequest.whole())).isInstanceOf(SimulatedCrash.class);
            int there = keys(plain).size();
            assertThat(Repository.exists(plain)).isFalse();
            CopyReport report = copyTo(plain, CopyRequest.whole());
            assertThat(report.present().values().stream()
                            .mapToLong(Tally::objects)
                            .sum())
                    .isEqualTo(there);
            resumed += there > 0 ? 1 : 0;
            try (Repository copy = open(plain)) {
                assertThat(copy.branches()).isEqualTo(repository.branches());
                assertThat(chunks(copy, Version.branch("main"))).containsExactly(0, 1, 2, 3);
                requireSound(copy);
            }
        }
        assertThat(resumed).isPositive();
    }

    private int countCalls() {
        FaultInjectingStorage counted =
                new FaultInjectingStorage(new InMemoryStorage("counted", InstantSource.system()));
        copyTo(counted, CopyRequest.whole());
        return Math.toIntExact(counted.calls());
    }

    @Test
    void theTimeIsOverAndTheNextRunGoesOn() {
        CopyReport first = copy(CopyRequest.whole().withTimeBudget(Duration.ZERO));
        assertThat(first.finished()).isFalse();
        assertThat(Repository.exists(target)).isFalse();
        assertThat(copy(CopyRequest.whole().withTimeBudget(Duration.ofHours(1))).finished())
                .isTrue();
    }

    @Test
    void whatWasDamagedInTheTargetIsFoundByReadingBack() {
        copy(CopyRequest.whole());
        target.delete(List.of(AssetKeys.REPOSITORY));
        String damaged = keys(target).stream()
                .filter(key -> key.startsWith(AssetKeys.CHUNKS))
                .findFirst()
                .orElseThrow();
        target.put(damaged, chunk(99));

        CopyReport report = copy(CopyRequest.whole().withPayloads(Payloads.READ));
        assertThat(report.copied(ObjectKind.CHUNK).objects()).isEqualTo(1);
        try (Repository copy = open(target)) {
            assertThat(chunks(copy, Version.branch("main"))).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void anObjectThatIsMissingOrCutShortFailsTheCopy() {
        String chunk = keys(storage).stream()
                .filter(key -> key.startsWith(AssetKeys.CHUNKS))
                .findFirst()
                .orElseThrow();
        storage.delete(List.of(chunk));
        assertThatThrownBy(() -> copy(CopyRequest.whole()))
                .isInstanceOfAny(ObjectNotFoundException.class, StorageException.class)
                .hasMessageContaining(chunk);
        assertThat(Repository.exists(target)).isFalse();
    }

    /** Commits go on while copies are made; each copy is one state of the branch, whole. */
    @Test
    void writersGoOnWhileItIsCopied() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int commits = 0;
            for (; !done.isDone() && commits < 400; commits++) {
                commit("main", 5 + commits % 15);
                writing.countDown();
            }
            return commits;
        });
        writing.await();
        for (int round = 0; round < 8; round++) {
            Storage place = new InMemoryStorage("copy " + round, InstantSource.system());
            copyTo(place, CopyRequest.whole());
            try (Repository copy = open(place)) {
                requireSound(copy);
                assertThat(repository.history(tip("main")).map(entry -> entry.id()))
                        .contains(copy.findBranch("main").orElseThrow());
            }
        }
        done.complete(null);
        assertThat(writer.get()).isPositive();
    }

    @Test
    void copiesBetweenKindsOfStores(@TempDir Path folder) {
        try (Storage local = LocalStorage.open(folder.resolve("copy"), Durability.PROCESS)) {
            copyTo(local, CopyRequest.whole());
            try (Repository copy = open(local)) {
                new RepositoryCopy(copy, target).run(CopyRequest.whole(), Progress.NONE);
            }
        }
        try (Repository copy = open(target)) {
            assertThat(chunks(copy, Version.branch("side"))).containsExactly(0, 1, 2, 4);
            requireSound(copy);
        }
    }
}
