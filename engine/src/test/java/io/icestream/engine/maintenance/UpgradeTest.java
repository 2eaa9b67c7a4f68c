package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.maintenance.UpgradeRequest.Version1Files;
import io.icestream.engine.ref.ClockSkewException;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.Directories;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.testing.UsesShared;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The upgrade of repositories from version 1 to 2: what is in the repository object, that it may die anywhere, and that everything
 * works on the repository afterwards, whose old files stay in version 1.
 */
class UpgradeTest {
    private static final UpgradeRequest DELETING = UpgradeRequest.defaults().withFiles(Version1Files.DELETE);

    private final Care care = new Care(SpecVersion.V1);
    private final Repository repository = care.repository;

    UpgradeTest() {
        SnapshotId one = care.commit("one", 0, 1);
        repository.createTag("tag", one);
        repository.createTag("gone", one);
        repository.deleteTag("gone");
        repository.createBranch("dev", one);
        care.commit("dev", "on dev", 2);
        care.commit("two", 3);
        repository.settings().saveConfig(RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(9));
        care.clock.move(Duration.ofMinutes(1));
    }

    private UpgradeReport upgrade(UpgradeRequest request) {
        return new Upgrade(repository).run(request);
    }

    private List<String> keys() {
        return care.summaries("").stream().map(ObjectSummary::key).sorted().toList();
    }

    @Test
    void saysWhatItWouldDo() {
        List<String> before = keys();

        UpgradeReport report = upgrade(DELETING.withMode(RunMode.DRY_RUN));

        assertThat(keys()).isEqualTo(before);
        assertThat(report).isEqualTo(new UpgradeReport(RunMode.DRY_RUN, 1, 2, 1, 1, 5, 10, 6));
        assertThat(upgrade(DELETING)).isEqualTo(new UpgradeReport(RunMode.CHANGE, 1, 2, 1, 1, 5, 10, 6));
        assertThat(upgrade(DELETING)).isEqualTo(new UpgradeReport(RunMode.CHANGE, 2, 2, 1, 1, 5, 10, 0));
    }

    @Test
    void keepsRefsHistoryContentAndConfiguration() {
        Map<String, Integer> content = Care.readEverything(repository);
        RepositoryInfo before = repository.info();

        upgrade(DELETING);

        try (Repository upgraded = care.reopened()) {
            assertThat(upgraded.specVersion()).isEqualTo(SpecVersion.V2);
            assertThat(Care.readEverything(upgraded)).isEqualTo(content);
            RepositoryInfo after = upgraded.info();
            assertThat(after.branches()).isEqualTo(before.branches());
            assertThat(after.tags()).isEqualTo(before.tags());
            assertThat(after.deletedTags()).containsExactly("gone");
            assertThat(after.snapshots().all())
                    .containsExactlyElementsOf(before.snapshots().all().toList());
            assertThat(upgraded.config().inlineChunkThresholdBytes()).isEqualTo(9);
            assertThat(upgraded.settings().status().setAt())
                    .isEqualTo(after.snapshots()
                            .find(SnapshotId.INITIAL)
                            .orElseThrow()
                            .flushedAt());
        }
        assertThat(keys()).noneMatch(key -> key.startsWith("refs/")).doesNotContain("config.yaml");
    }

    @Test
    void makesUpTheLogOfOperations() {
        upgrade(UpgradeRequest.defaults());
        try (Repository upgraded = care.reopened()) {
            List<Update> updates = new ArrayList<>(upgraded.operations().toList());
            SnapshotId one = upgraded.findTag("tag").orElseThrow();
            assertThat(updates.stream().map(Update::kind))
                    .startsWith(new UpdateKind.RepositoryMigrated(1, 2))
                    .contains(
                            new UpdateKind.TagCreated("tag"),
                            new UpdateKind.TagCreated("gone"),
                            new UpdateKind.TagDeleted("gone", one),
                            new UpdateKind.BranchCreated("dev"),
                            new UpdateKind.NewCommit(
                                    "dev", upgraded.findBranch("dev").orElseThrow()),
                            new UpdateKind.NewCommit("main", one),
                            new UpdateKind.NewCommit(
                                    "main", upgraded.findBranch("main").orElseThrow()))
                    .endsWith(new UpdateKind.RepositoryInitialized());
            for (int i = 1; i < updates.size(); i++) {
                assertThat(updates.get(i - 1).updatedAt())
                        .isAfter(updates.get(i).updatedAt());
                assertThat(updates.get(i).backupPath()).isEmpty();
            }
        }
    }

    @Test
    void goesOnAfterADeathAnywhere() {
        Map<String, Integer> content = Care.readEverything(repository);
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int call = 1; died; call++) {
                UpgradeTest run = new UpgradeTest();
                run.care.storage.crashAt(call, fault);
                died = run.dies();
                run.care.storage.restart();
                try (Repository reopened = run.care.reopened()) {
                    assertThat(Care.readEverything(reopened))
                            .as(fault + " at call " + call)
                            .isEqualTo(content);
                    new Upgrade(reopened).run(DELETING);
                }
                try (Repository upgraded = run.care.reopened()) {
                    assertThat(upgraded.specVersion()).isEqualTo(SpecVersion.V2);
                    assertThat(Care.readEverything(upgraded))
                            .as(fault + " at call " + call)
                            .isEqualTo(content);
                    assertThat(upgraded.operations()).hasSize(10);
                    assertThat(run.keys()).noneMatch(key -> key.startsWith("refs/") || key.equals("config.yaml"));
                }
            }
        }
    }

    private boolean dies() {
        try {
            upgrade(DELETING);
            return false;
        } catch (SimulatedCrash e) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSE_REPLY", "LOSE_REQUEST"})
    void aLostMessageIsSettledOrSaid(Fault fault) {
        care.storage.follow(FaultScript.once(call -> call.operation() == Operation.PUT_IF_ABSENT, fault));
        if (fault == Fault.LOSE_REQUEST) {
            assertThatThrownBy(() -> upgrade(DELETING)).isInstanceOf(UpdateUnknownException.class);
        }
        upgrade(DELETING);
        try (Repository upgraded = care.reopened()) {
            assertThat(upgraded.operations()).hasSize(10);
        }
    }

    @Test
    void aCommitOfVersion1WhileItRunsIsTakenOver() {
        boolean[] committed = new boolean[1];
        care.storage.beforeEachCall(call -> {
            if (!committed[0] && call.operation() == Operation.PUT_IF_ABSENT) {
                committed[0] = true;
                care.commit("late", 5);
            }
        });
        upgrade(DELETING);
        try (Repository upgraded = care.reopened()) {
            assertThat(upgraded.history(upgraded.findBranch("main").orElseThrow())
                            .findFirst()
                            .orElseThrow()
                            .message())
                    .isEqualTo("late");
            assertThat(upgraded.operations()).hasSize(11);
        }
    }

    @Test
    void refsOfVersion1AreOverlookedOnceTheRepositoryIsInUseInVersion2() {
        upgrade(UpgradeRequest.defaults());
        care.commit("by a client of version 1", 4);
        try (Repository upgraded = care.reopened()) {
            upgraded.createBranch("new", upgraded.findBranch("main").orElseThrow());
            new Upgrade(upgraded).run(DELETING);
            assertThat(upgraded.history(upgraded.findBranch("main").orElseThrow())
                            .findFirst()
                            .orElseThrow()
                            .message())
                    .isEqualTo("two");
            assertThat(upgraded.branches()).containsKey("new");
        }
        assertThat(keys()).noneMatch(key -> key.startsWith("refs/"));
    }

    @Test
    void aSnapshotFromTheFutureStopsIt() {
        care.clock.move(Duration.ofDays(-1));
        assertThatThrownBy(() -> upgrade(DELETING)).isInstanceOf(ClockSkewException.class);
        assertThat(keys()).doesNotContain("repo").contains("refs/branch.main/ref.json");
    }

    @Test
    void everythingWorksOnAMixedRepository() {
        upgrade(DELETING);
        try (Repository upgraded = care.reopened()) {
            WritableSession late = upgraded.writableSession("main");
            late.createGroup(NodePath.of("/late"), GroupMetadata.empty());
            write(upgraded, "in version 2", 6);
            late.commit(CommitRequest.of("rebased").solver(new ConflictDetector()))
                    .orThrow();
            upgraded.rearrangeSession("main").move(NodePath.of("/late"), NodePath.of("/moved"));
            assertThat(upgraded.diff(Version.tag("tag"), Version.branch("main"))
                            .updatedChunks()
                            .get(Care.A))
                    .containsExactly(ChunkIndex.of(3), ChunkIndex.of(6));
            Map<String, Integer> content = Care.readEverything(upgraded);

            Instant cutoff = care.now();
            ExpirationReport expired = new Expiration(upgraded).run(ExpireRequest.olderThan(cutoff));
            CollectionReport collected =
                    new GarbageCollector(upgraded).run(CollectRequest.olderThan(care.now()), Progress.NONE);

            assertThat(expired.released()).hasSize(3);
            // None of the round that lost the race: that was known before anything of it was stored.
            assertThat(collected
                            .deleted()
                            .getOrDefault(ObjectKind.SNAPSHOT, Tally.NONE)
                            .objects())
                    .isEqualTo(3);
            assertThat(Care.readEverything(upgraded)).isEqualTo(content);
            assertSound(upgraded);
            assertThat(new StorageStatistics(upgraded)
                            .run(Progress.NONE)
                            .chunks()
                            .stored()
                            .objects())
                    .isPositive();
        }
    }

    private static void write(Repository repository, String message, int chunk) {
        WritableSession session = repository.writableSession("main");
        session.setChunk(Care.A, ChunkIndex.of(chunk), Care.payload(chunk));
        session.commit(CommitRequest.of(message)).orThrow();
    }

    private static void assertSound(Repository repository) {
        assertThat(new Verification(repository)
                        .run(VerifyRequest.defaults(), Progress.NONE)
                        .findings())
                .isEmpty();
    }

    @UsesShared
    @ParameterizedTest
    @ValueSource(
            strings = {
                "test-repo-v1",
                "split-repo-v1",
                "expire-repo-v1-by-1.1.21",
                "expire-repo-v1-by-2.0.5",
                "expire-repo-v1-by-working-copy"
            })
    void upgradesTheRepositoriesOfTheReference(String name, @TempDir Path folder) {
        Path source = SharedFolder.path().resolve("fixtures/icechunk").resolve(name);
        try (Storage storage = LocalStorage.open(Directories.copy(source, folder.resolve(name)), Durability.PROCESS)) {
            RepositoryInfo before;
            try (Repository fixture = Repository.open(storage, RepositoryOptions.defaults())) {
                before = fixture.info();
                new Upgrade(fixture).run(DELETING);
            }
            try (Repository upgraded = Repository.open(storage, RepositoryOptions.defaults());
                    Stream<ObjectSummary> left = storage.list(AssetKeys.REFS)) {
                assertThat(left).isEmpty();
                assertThat(upgraded.info().branches()).isEqualTo(before.branches());
                assertThat(upgraded.info().tags()).isEqualTo(before.tags());
                assertThat(upgraded.info().snapshots().all())
                        .containsExactlyElementsOf(before.snapshots().all().toList());
                if (name.equals("test-repo-v1")) {
                    assertSameLog(upgraded);
                }
                new GarbageCollector(upgraded).run(CollectRequest.olderThan(Instant.now()), Progress.NONE);
                assertSound(upgraded);
            }
        }
    }

    /** The log that the reference made up for the same repository, but for the time of the migration itself. */
    private static void assertSameLog(Repository upgraded) {
        Path migrated = SharedFolder.path().resolve("fixtures/icechunk/test-repo-v2-migrated");
        try (Storage storage = LocalStorage.open(migrated, Durability.PROCESS);
                Repository reference = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(upgraded.operations().skip(1).toList())
                    .isEqualTo(reference.operations().skip(1).toList());
            assertThat(upgraded.info().deletedTags()).isEqualTo(reference.info().deletedTags());
        }
    }
}
