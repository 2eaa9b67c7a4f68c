package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.array;
import static io.icestream.engine.repository.TestRepository.chunk;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.ResetOutcome;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.ref.UpgradeRequiredException;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Diff;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Location;
import io.icestream.engine.storage.s3.S3Options;
import io.icestream.engine.storage.s3.S3Storage;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkGrid;
import io.icestream.engine.zarr.ChunkLengths;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Repositories of version 1 of the format on every store: what version 1 can do, and what it cannot, by name. */
class Version1Test {
    /** Where the repository is. */
    private enum Store {
        MEMORY,
        LOCAL,
        S3
    }

    private final TestRepository.Clock clock = new TestRepository.Clock();
    private final RepositoryOptions options = RepositoryOptions.defaults().withClock(clock);

    @TempDir
    Path folder;

    private Optional<S3TestServer> server = Optional.empty();
    private Storage storage = new InMemoryStorage("version 1", clock);

    @AfterEach
    void close() {
        storage.close();
        server.ifPresent(S3TestServer::close);
    }

    private Repository create(Store store) {
        if (store == Store.LOCAL) {
            storage = LocalStorage.open(folder, Durability.PROCESS);
        } else if (store == Store.S3) {
            server = Optional.of(S3TestServer.start("bucket"));
            storage = S3Storage.open(S3Options.minio(server.get().endpoint(), S3Location.parse("s3://bucket/version/1"))
                    .allowHttp()
                    .credentials(new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY))
                    .build());
        }
        return create();
    }

    private Repository create() {
        Repository repository = Repository.create(storage, options, SpecVersion.V1);
        WritableSession session = repository.writableSession("main");
        session.createGroup(NodePath.ROOT, GroupMetadata.empty());
        session.createArray(A, array(10));
        session.commit(CommitRequest.of("array")).orThrow();
        return repository;
    }

    private static SnapshotId commit(Repository repository, String branch, int chunk) {
        WritableSession session = repository.writableSession(branch);
        session.attach(A, ChunkIndex.of(chunk), inline(branch + chunk));
        return session.commit(CommitRequest.of(branch + chunk)).orThrow().id();
    }

    private static SnapshotId tip(Repository repository) {
        return repository.findBranch("main").orElseThrow();
    }

    private static List<String> messages(Repository repository, String branch) {
        return repository
                .history(repository.findBranch(branch).orElseThrow())
                .map(SnapshotEntry::message)
                .toList();
    }

    private List<String> keys(String prefix) {
        try (Stream<ObjectSummary> objects = storage.list(prefix)) {
            return objects.map(ObjectSummary::key).sorted().toList();
        }
    }

    private ByteBuffer object(String key) {
        return storage.find(key).orElseThrow().bytes();
    }

    @ParameterizedTest
    @EnumSource
    void isWrittenAndReadInVersion1(Store store) {
        try (Repository repository = create(store)) {
            SnapshotId tip = commit(repository, "main", 3);

            assertThat(StandardCharsets.UTF_8
                            .decode(object("refs/branch.main/ref.json"))
                            .toString())
                    .isEqualTo("{\"snapshot\":\"" + tip + "\"}");
            assertThat(keys("")).doesNotContain("repo", "config.yaml").noneMatch(key -> key.startsWith("overwritten/"));
            for (String prefix : List.of(AssetKeys.SNAPSHOTS, AssetKeys.MANIFESTS, AssetKeys.TRANSACTION_LOGS)) {
                assertThat(keys(prefix))
                        .isNotEmpty()
                        .allSatisfy(key -> assertThat(IcechunkFile.decodeHeader(object(key), key)
                                        .specVersion())
                                .isEqualTo(1));
            }
            assertThat(keys(AssetKeys.TRANSACTION_LOGS)).doesNotContain(AssetKeys.transactionLog(SnapshotId.INITIAL));
        }
        try (Repository repository = Repository.open(storage, options)) {
            assertThat(repository.specVersion()).isEqualTo(SpecVersion.V1);
            assertThat(Repository.findSpecVersion(storage)).hasValue(1);
            assertThat(Repository.exists(storage)).isTrue();
            assertThat(messages(repository, "main")).containsExactly("main3", "array", "Repository initialized");
            assertThat(chunk(repository.readonlySession(Version.branch("main")), A, 3))
                    .isEqualTo("main3");
            assertThat(repository.info().snapshots().size()).isEqualTo(3);
            assertThat(repository.historyGraph()).contains("(main)", "main3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void branchesTagsAndResets(Store store) {
        try (Repository repository = create(store)) {
            SnapshotId first = tip(repository);
            SnapshotId second = commit(repository, "main", 1);
            repository.createBranch("dev", first);
            SnapshotId third = commit(repository, "dev", 2);
            assertThat(repository.createTag("it works!", second)).isInstanceOf(TagOutcome.Created.class);

            assertThat(repository.branches()).isEqualTo(Map.of("main", second, "dev", third));
            assertThat(repository.tags()).isEqualTo(Map.of("it works!", second));
            assertThatThrownBy(() -> repository.createBranch("dev", first))
                    .isInstanceOf(AlreadyExistsException.class)
                    .hasMessageContaining(third.toString());
            assertThat(repository.createTag("it works!", first)).isEqualTo(new TagOutcome.Exists(second));

            assertThat(repository.resetBranch("dev", second, first)).isEqualTo(new ResetOutcome.TipMoved(third));
            assertThat(repository.resetBranch("dev", second, third)).isInstanceOf(ResetOutcome.Reset.class);
            assertThat(repository.resetBranch("dev", first)).isEqualTo(second);
            repository.deleteBranch("dev");
            assertThat(repository.findBranch("dev")).isEmpty();
            assertThatThrownBy(() -> repository.deleteBranch("dev"))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("only [main]");
            assertThatIllegalArgumentException().isThrownBy(() -> repository.deleteBranch("main"));

            repository.deleteTag("it works!");
            assertThat(repository.findTag("it works!")).isEmpty();
            assertThat(repository.tags()).isEmpty();
            assertThat(repository.createTag("it works!", first)).isInstanceOf(TagOutcome.Burnt.class);
            assertThatThrownBy(() -> repository.deleteTag("it works!")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> repository.readonlySession(Version.tag("it works!")))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("it was deleted");
            assertThat(keys("refs/"))
                    .containsExactly(
                            "refs/branch.main/ref.json",
                            "refs/tag.it works!/ref.json",
                            "refs/tag.it works!/ref.json.deleted");
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesAreWhateverVersion1Allows(Store store) {
        List<String> names =
                List.of("feat#1", "100%", "a%23", "t\u00e9st \ud83e\uddca", "x.y", "[b]", "q?*|<>\"^~`{}", "..");
        try (Repository repository = create(store)) {
            for (String name : names) {
                repository.createBranch(name, tip(repository));
                repository.createTag(name, tip(repository));
            }
            assertThat(repository.branches().keySet()).containsAll(names);
            assertThat(repository.tags().keySet()).containsExactlyInAnyOrderElementsOf(names);
            for (String name : names) {
                commit(repository, name, 1);
                assertThat(messages(repository, name)).first().isEqualTo(name + 1);
                assertThat(repository.readonlySession(Version.tag(name)).snapshotId())
                        .isEqualTo(tip(repository));
            }
            assertThatIllegalArgumentException().isThrownBy(() -> repository.createBranch("", tip(repository)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository.createTag("a/b", tip(repository)))
                    .withMessageContaining("upgrade");
            assertThat(repository.findBranch("a/b")).isEmpty();
            assertThat(repository.findTag("a/../b")).isEmpty();
        }
    }

    @Test
    void onDiskNamesAreEncodedAsTheReferenceEncodesThem() throws IOException {
        try (Repository repository = create(Store.LOCAL)) {
            repository.createBranch("feat#1", tip(repository));
            try (Stream<Path> refs = Files.list(folder.resolve("refs"))) {
                assertThat(refs.map(ref -> String.valueOf(ref.getFileName())))
                        .containsExactlyInAnyOrder("branch.main", "branch.feat%231");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void commitsThatRaceAreRebasedOrRefused(Store store) {
        try (Repository repository = create(store)) {
            WritableSession late = repository.writableSession("main");
            WritableSession later = repository.writableSession("main");
            late.attach(A, ChunkIndex.of(1), inline("late"));
            later.attach(A, ChunkIndex.of(1), inline("later"));
            SnapshotId winner = commit(repository, "main", 2);

            CommitOutcome refused = late.commit(CommitRequest.of("late"));
            assertThat(((CommitOutcome.Refused) refused).reason())
                    .isEqualTo(new RefusalReason.BranchMoved(late.snapshotId(), winner));
            CommitOutcome.Committed rebased = late.commit(
                            CommitRequest.of("late").solver(BasicConflictSolver.defaults()))
                    .orThrow();
            assertThat(rebased.rebaseAttempts()).isEqualTo(1);
            CommitOutcome conflict = later.commit(CommitRequest.of("later").solver(new ConflictDetector()));
            assertThat(((CommitOutcome.Refused) conflict).reason()).isInstanceOf(RefusalReason.Conflicts.class);

            assertThat(messages(repository, "main"))
                    .containsExactly("late", "main2", "array", "Repository initialized");
            assertThat(chunk(repository.readonlySession(Version.branch("main")), A, 1))
                    .isEqualTo("late");
        }
    }

    @Test
    void publishingAgainFindsTheCommitInTheHistory() {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            session.attach(A, ChunkIndex.of(1), inline("x"));
            FlushedSnapshot flushed = session.flush(CommitRequest.of("flushed"));
            repository.publish("main", flushed);
            commit(repository, "main", 2);

            assertThat(repository.publish("main", flushed).toString()).contains("Published");
            repository.resetBranch("main", flushed.base());
            commit(repository, "main", 3);
            assertThat(repository.publish("main", flushed).toString()).contains("BranchMoved");
            assertThat(messages(repository, "main")).doesNotContain("flushed");
        }
    }

    @Test
    void aCommitIsFoundByItsKey() {
        try (Repository repository = create()) {
            CommitRequest request = CommitRequest.of("once").idempotencyKey("k").solver(new ConflictDetector());
            WritableSession one = repository.writableSession("main");
            one.attach(A, ChunkIndex.of(1), inline("x"));
            SnapshotId id = one.commit(request).orThrow().id();
            WritableSession two = repository.writableSession("main");
            two.attach(A, ChunkIndex.of(1), inline("y"));

            CommitOutcome.Committed repeated = two.commit(request).orThrow();

            assertThat(repeated.repeated()).isTrue();
            assertThat(repeated.id()).isEqualTo(id);
        }
    }

    @Test
    void readsAtATimeAndComparesPointsOfAHistory() {
        try (Repository repository = create()) {
            SnapshotId first = tip(repository);
            Instant between = clock.instant();
            WritableSession session = repository.writableSession("main");
            session.attach(A, ChunkIndex.of(4), inline("x"));
            session.createGroup(NodePath.of("/g"), GroupMetadata.empty());
            session.commit(CommitRequest.of("more").metadata(Map.of("n", JsonNodeFactory.instance.numberNode(-7))))
                    .orThrow();

            assertThat(repository.readonlySession(Version.asOf("main", between)).snapshotId())
                    .isEqualTo(first);
            Diff diff = repository.diff(Version.snapshot(first), Version.branch("main"));
            assertThat(diff.newGroups()).containsExactly(NodePath.of("/g"));
            assertThat(diff.updatedChunks().get(A)).containsExactly(ChunkIndex.of(4));
            assertThat(repository
                            .findSnapshot(tip(repository))
                            .orElseThrow()
                            .metadata()
                            .get("n"))
                    .isEqualTo(JsonNodeFactory.instance.numberNode(-7));
        }
    }

    @Test
    void growsShrinksAndForks() {
        try (Repository repository = create()) {
            commit(repository, "main", 9);
            WritableSession session = repository.writableSession("main");
            session.updateArray(A, session.arrayMetadata(A).withShape(4));
            ForkedSession fork = repository.openFork(session.fork());
            fork.session().attach(A, ChunkIndex.of(2), inline("fork"));
            session.merge(fork.changes(), new ConflictDetector());
            session.commit(CommitRequest.of("shrunk")).orThrow();
            WritableSession again = repository.writableSession("main");
            again.updateArray(A, again.arrayMetadata(A).withShape(10));
            again.commit(CommitRequest.of("grown")).orThrow();

            try (Repository reopened = Repository.open(storage, options)) {
                var tip = reopened.readonlySession(Version.branch("main"));
                assertThat(tip.chunkIndices(A)).containsExactly(ChunkIndex.of(2));
                assertThat(tip.arrayMetadata(A).shape()).containsExactly(10);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theConfigurationIsAnObjectOfItsOwn(Store store) {
        RepositoryConfig config = RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(7);
        try (Repository repository = create(store)) {
            assertThat(Repository.findStoredConfig(storage)).isEmpty();
            repository.settings().saveConfig(config);
            repository.settings().saveConfig(config.withCompressionLevel(5));
        }
        try (Repository reopened = Repository.open(storage, options)) {
            assertThat(reopened.config()).isEqualTo(config.withCompressionLevel(5));
            assertThat(reopened.settings().storedConfig()).hasValue(config.withCompressionLevel(5));
        }
        assertThat(keys("overwritten/")).hasSize(1).first().asString().startsWith("overwritten/config.yaml.");
        assertThat(StandardCharsets.UTF_8.decode(object("config.yaml")).toString())
                .isEqualTo("inline_chunk_threshold_bytes: 7\ncompression:\n  level: 5\n");
    }

    @Test
    void unknownSettingsOutliveAChangeOfTheConfiguration() {
        create().close();
        storage.put(
                "config.yaml",
                StandardCharsets.UTF_8.encode("later: !choice\n  x: 1\ninline_chunk_threshold_bytes: 9\n"));
        try (Repository repository = Repository.open(storage, options)) {
            repository.settings().saveConfig(repository.config().withCompressionLevel(4));
        }
        assertThat(StandardCharsets.UTF_8.decode(object("config.yaml")).toString())
                .isEqualTo("later: !choice\n  x: 1\ninline_chunk_threshold_bytes: 9\ncompression:\n  level: 4\n");
    }

    @Test
    void aChangeOfTheConfigurationBeginsWithWhatIsStored() {
        try (Repository repository = create()) {
            repository.settings().saveConfig(RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(9));

            RepositoryConfig changed = repository.settings().updateConfig(config -> config.withCompressionLevel(4));

            assertThat(changed.inlineChunkThresholdBytes()).isEqualTo(9);
            assertThat(Repository.findStoredConfig(storage)).contains(changed);
        }
    }

    @Test
    void whatWasStoredTooLongAgoIsNotPublished() {
        create().close();
        Duration limit = Duration.ofHours(6);
        try (Repository repository = Repository.open(storage, options.withMaxUncommittedAge(limit))) {
            WritableSession session = repository.writableSession("main");
            session.attach(
                    A,
                    ChunkIndex.of(1),
                    inline("old"),
                    options.clock().instant().minus(limit.multipliedBy(2)));

            assertThat(session.commit(CommitRequest.of("too late")))
                    .isInstanceOfSatisfying(
                            CommitOutcome.Refused.class,
                            refused -> assertThat(refused.reason()).isInstanceOf(RefusalReason.TooOld.class));
            commit(repository, "main", 2);
        }
    }

    @Test
    void snapshotsAreNoImmutableObjectsAsExpirationWritesThemAgain() {
        create().close();

        assertThat(keys("snapshots/")).isNotEmpty().noneMatch(AssetKeys::isImmutableInVersion1);
        assertThat(keys("transactions/")).isNotEmpty().allMatch(AssetKeys::isImmutableInVersion1);
        assertThat(keys("refs/")).isNotEmpty().noneMatch(AssetKeys::isImmutableInVersion1);
    }

    @Test
    void whatVersion1DoesNotHaveIsRefusedByName() {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            session.attach(A, ChunkIndex.of(1), inline("x"));
            refused("amended commits", () -> session.amend(AmendRequest.of("a")));
            refused("snapshots without a branch", () -> session.commitDetached(CommitRequest.of("d")));
            refused("moves of nodes", () -> repository.rearrangeSession("main"));
            refused("log of operations", repository::operations);
            refused("metadata", () -> repository.settings().metadata());
            refused("metadata", () -> {
                repository.settings().setMetadata(Map.of());
                return true;
            });
            refused("metadata", () -> repository.settings().updateMetadata(Map.of()));
            refused("metadata", () -> {
                repository.settings().removeMetadata(Set.of("n"));
                return true;
            });
            refused("layout sessions, which compact and rewrite manifests", () -> repository.layoutSession("main"));
            refused("status", () -> repository.settings().status());
            refused("status", () -> {
                repository.settings().setStatus(RepositoryStatus.Availability.READ_ONLY, Optional.empty());
                return true;
            });
            refused("feature flags", () -> repository.settings().feature(Feature.CREATE_TAG));
            refused("feature flags", () -> {
                repository.settings().setFeature(Feature.CREATE_TAG, FeatureSetting.DISABLED);
                return true;
            });
            refused("rectilinear chunk grids", () -> {
                session.createArray(
                        NodePath.of("/r"),
                        ArrayMetadata.builder(
                                        DataType.INT8,
                                        ChunkGrid.rectilinear(new long[] {5}, List.of(ChunkLengths.of(3, 3))))
                                .build());
                return true;
            });
            refused("relative locations of virtual chunks", () -> {
                session.attach(A, ChunkIndex.of(1), new ChunkReference.Virtual("vcc://c/o", 0, 1, Optional.empty()));
                return true;
            });
            session.commit(CommitRequest.of("still usable")).orThrow();
        }
    }

    private static void refused(String feature, Supplier<?> call) {
        assertThatThrownBy(call::get)
                .isInstanceOfSatisfying(
                        UpgradeRequiredException.class,
                        refusal -> assertThat(refusal.feature()).isEqualTo(feature))
                .hasMessageContaining("upgrade it to version 2");
    }

    @Test
    void damagedRefsAreNamed() {
        try (Repository repository = create()) {
            storage.put("refs/branch.bad/ref.json", StandardCharsets.UTF_8.encode("{\"snapshot\":1"));
            assertThatThrownBy(() -> repository.findBranch("bad")).hasMessageContaining("refs/branch.bad/ref.json");
            assertThatThrownBy(repository::branches).hasMessageContaining("refs/branch.bad/ref.json");
            commit(repository, "main", 1);
        }
    }

    @Test
    void aPlaceIsCreatedOnce() {
        create().close();
        assertThatThrownBy(() -> Repository.create(storage, options))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("there is one; open it");
        try (Repository opened = Repository.openOrCreate(storage, options)) {
            assertThat(opened.specVersion()).isEqualTo(SpecVersion.V1);
        }
        try (Storage leftover = new InMemoryStorage("leftover", clock)) {
            leftover.put("config.yaml", StandardCharsets.UTF_8.encode("inline_chunk_threshold_bytes: 9\n"));
            assertThatThrownBy(() -> Repository.create(leftover, options, SpecVersion.V1))
                    .isInstanceOf(AlreadyExistsException.class)
                    .hasMessageContaining("config.yaml with another configuration");
        }
    }

    @Test
    void theRepositoryObjectWinsOverRefs() {
        create().close();
        try (Storage other = new InMemoryStorage("other", clock)) {
            Repository.create(other, options).close();
            storage.put("repo", other.find("repo").orElseThrow().bytes());
        }
        try (Repository opened = Repository.open(storage, options)) {
            assertThat(opened.specVersion()).isEqualTo(SpecVersion.V2);
            assertThat(opened.findBranch("main")).hasValue(SnapshotId.INITIAL);
        }
    }
}
