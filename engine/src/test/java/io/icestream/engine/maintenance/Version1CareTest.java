package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.ref.UpgradeRequiredException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.SimulatedCrash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expiration, collection, statistics, verification and inspection of repositories of version 1. */
class Version1CareTest {
    private final Care care = new Care(SpecVersion.V1);
    private final Repository repository = care.repository;

    /** Two old commits, a tag on the first of them, a branch from the tag, two young commits. */
    private Instant history() {
        SnapshotId one = care.commit("one", 0, 1);
        repository.createTag("old", one);
        repository.createBranch("dev", one);
        care.commit("two", 1);
        Instant cutoff = care.now();
        care.commit("three", 2);
        care.commit("dev", "dev", 3);
        care.commit("four", 3);
        return cutoff;
    }

    private ExpirationReport expire(ExpireRequest request) {
        return new Expiration(repository).run(request);
    }

    private CollectionReport collect(RunMode mode) {
        return new GarbageCollector(repository)
                .run(CollectRequest.olderThan(care.now()).withMode(mode), Progress.NONE);
    }

    @Test
    void expiresByGivingTheOldestYoungSnapshotTheFirstOneAsParent() {
        Instant cutoff = history();
        Map<String, Integer> before = Care.readEverything(repository);
        ExpireRequest request = ExpireRequest.olderThan(cutoff);

        ExpirationReport dry = expire(request.withMode(RunMode.DRY_RUN));
        assertThat(care.messages(repository.findBranch("main").orElseThrow())).hasSize(6);
        ExpirationReport report = expire(request);

        assertThat(report.released()).hasSize(2).isEqualTo(dry.released());
        assertThat(report.adopted()).isEqualTo(3);
        try (Repository reopened = care.reopened()) {
            assertThat(reopened.branches()).isEqualTo(repository.branches());
            for (Map.Entry<String, List<String>> expected : Map.of(
                            "main", List.of("four", "three", "Repository initialized"),
                            "dev", List.of("dev", "Repository initialized"))
                    .entrySet()) {
                assertThat(reopened.history(
                                        reopened.findBranch(expected.getKey()).orElseThrow())
                                .map(entry -> entry.message()))
                        .isEqualTo(expected.getValue());
            }
            assertThat(reopened.history(reopened.findTag("old").orElseThrow()).map(entry -> entry.message()))
                    .containsExactly("one", "Repository initialized");
            assertThat(Care.readEverything(reopened)).isEqualTo(before);
        }
        assertThat(expire(request).isEmpty()).isTrue();
    }

    @Test
    void expiresOldRefsIfAsked() {
        history();
        ExpirationReport report = expire(ExpireRequest.olderThan(care.now())
                .withBranches(ExpiredRefs.DELETE)
                .withTags(ExpiredRefs.DELETE));

        assertThat(report.branches()).containsOnlyKeys("dev");
        assertThat(report.tags()).containsOnlyKeys("old");
        assertThat(repository.branches()).containsOnlyKeys("main");
        assertThat(repository.tags()).isEmpty();
        assertThat(care.messages(repository.findBranch("main").orElseThrow()))
                .containsExactly("four", "Repository initialized");
    }

    @Test
    void historiesThroughTagsNeedVersion2() {
        assertThatThrownBy(() -> expire(ExpireRequest.olderThan(care.now()).withAdoption(Adoption.BY_NEAREST_KEPT)))
                .isInstanceOf(UpgradeRequiredException.class);
    }

    @Test
    void collectsWhatNothingReaches() {
        Instant cutoff = history();
        expire(ExpireRequest.olderThan(cutoff).withTags(ExpiredRefs.DELETE));
        care.storage.put(AssetKeys.CHUNKS + "0".repeat(20), Care.payload(1));
        Map<String, Integer> before = Care.readEverything(repository);
        CollectionReport dry = collect(RunMode.DRY_RUN);

        CollectionReport report = collect(RunMode.CHANGE);

        assertThat(report.deleted()).isEqualTo(dry.deleted());
        assertThat(report.deleted()
                        .getOrDefault(ObjectKind.SNAPSHOT, Tally.NONE)
                        .objects())
                .isEqualTo(3);
        assertThat(report.deleted()
                        .getOrDefault(ObjectKind.TRANSACTION_LOG, Tally.NONE)
                        .objects())
                .isEqualTo(3);
        assertThat(report.deleted().getOrDefault(ObjectKind.CHUNK, Tally.NONE).objects())
                .isPositive();
        try (Repository reopened = care.reopened()) {
            assertThat(Care.readEverything(reopened)).isEqualTo(before);
            assertThat(verify(reopened)).isEmpty();
        }
        assertThat(collect(RunMode.CHANGE).total().objects()).isZero();
        care.commit("after", 4);
    }

    /** A handle that has read a history goes on with it; once its snapshots are gone it sees the new one. */
    @Test
    void openHandlesFollowAHistoryThatWasShortened() {
        Instant cutoff = history();
        try (Repository other = care.reopened()) {
            SnapshotId tip = other.findBranch("main").orElseThrow();
            assertThat(other.history(tip)).hasSize(6);
            expire(ExpireRequest.olderThan(cutoff));
            collect(RunMode.CHANGE);

            assertThat(other.history(tip).map(entry -> entry.message()))
                    .startsWith("four", "three")
                    .endsWith("Repository initialized");
            assertThat(other.info().snapshots().contains(tip)).isTrue();
        }
    }

    @Test
    void expirationAndCollectionMayDieAnywhere() {
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int call = 1; died; call++) {
                Version1CareTest run = new Version1CareTest();
                Instant cutoff = run.history();
                Map<String, Integer> before = Care.readEverything(run.repository);
                run.care.storage.crashAt(call, fault);
                died = run.dies(cutoff);
                run.care.storage.restart();
                try (Repository reopened = run.care.reopened()) {
                    assertThat(Care.readEverything(reopened))
                            .as(fault + " at call " + call)
                            .isEqualTo(before);
                    assertThat(verify(reopened)).as(fault + " at call " + call).isEmpty();
                    new Expiration(reopened).run(ExpireRequest.olderThan(cutoff));
                    assertThat(reopened.history(reopened.findBranch("main").orElseThrow()))
                            .hasSize(3);
                }
            }
        }
    }

    private boolean dies(Instant cutoff) {
        try {
            expire(ExpireRequest.olderThan(cutoff));
            collect(RunMode.CHANGE);
            return false;
        } catch (SimulatedCrash e) {
            return true;
        }
    }

    private static List<Finding> verify(Repository repository) {
        return new Verification(repository)
                .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), Progress.NONE)
                .findings();
    }

    @Test
    void countsAndVerifies() {
        history();
        StorageReport report = new StorageStatistics(repository).run(Progress.NONE);

        assertThat(report.chunks().stored().objects()).isEqualTo(6);
        assertThat(verify(repository)).isEmpty();
    }

    @Test
    void verificationNamesWhatIsMissing() {
        history();
        SnapshotId gone = repository.findTag("old").orElseThrow();
        care.storage.delete(List.of(AssetKeys.snapshot(gone)));
        care.storage.put("refs/branch.bad/ref.json", StandardCharsets.UTF_8.encode("{}"));
        care.storage.put("config.yaml", StandardCharsets.UTF_8.encode("- 1\n"));

        assertThatThrownBy(care::reopened)
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("config.yaml");
        care.storage.delete(List.of("config.yaml"));
        try (Repository opened = care.reopened()) {
            assertThat(verify(opened).stream().map(finding -> finding.object() + " " + finding.problem()))
                    .hasSize(2)
                    .anyMatch(finding ->
                            finding.startsWith(AssetKeys.snapshot(gone)) && finding.contains("no such object"))
                    .anyMatch(finding -> finding.startsWith("refs/branch.bad/ref.json"));
        }
    }

    @Test
    void showsRefsAndConfiguration() {
        repository.settings().saveConfig(repository.config().withInlineChunkThresholdBytes(3));
        Inspection inspection = new Inspection(care.storage);
        SnapshotId tip = repository.findBranch("main").orElseThrow();

        assertThat(inspection
                        .inspect("refs/branch.main/ref.json")
                        .path("snapshot")
                        .asText())
                .isEqualTo(tip.toString());
        assertThat(inspection
                        .inspect("config.yaml")
                        .path("inline_chunk_threshold_bytes")
                        .asInt())
                .isEqualTo(3);
        assertThat(inspection.inspect(AssetKeys.snapshot(tip)).path("parent_id").asText())
                .isEqualTo(SnapshotId.INITIAL.toString());
        assertThat(inspection
                        .inspect(AssetKeys.snapshot(tip))
                        .at("/header/spec_version")
                        .asInt())
                .isEqualTo(1);
        for (ObjectSummary log : care.summaries(AssetKeys.TRANSACTION_LOGS)) {
            assertThat(inspection.inspect(log.key()).path("moved_nodes")).isEmpty();
        }
    }
}
