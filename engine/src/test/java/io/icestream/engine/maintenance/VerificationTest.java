package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.Finding.Severity;
import io.icestream.engine.maintenance.VerifyRequest.Payloads;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of object is taken away, cut or replaced in turn, and the verification says so; a sound repository has no findings. */
class VerificationTest {
    private final Care care = new Care();

    @BeforeEach
    void fill() {
        care.commit("a", 0, 1, 2);
        care.commit("b", 1, 3);
    }

    private VerificationReport run(VerifyRequest request) {
        try (Repository fresh = care.reopened()) {
            return new Verification(fresh).run(request, Progress.NONE);
        }
    }

    private VerificationReport run() {
        return run(VerifyRequest.defaults());
    }

    @Test
    void aSoundRepositoryHasNoFindings() {
        VerificationReport report = run(VerifyRequest.defaults().withPayloads(Payloads.READ));

        assertThat(report.findings()).isEmpty();
        assertThat(report.complete()).isTrue();
        assertThat(report.isSound()).isTrue();
        assertThat(report.snapshots()).isEqualTo(4);
        assertThat(report.manifests()).isEqualTo(2);
        assertThat(report.references()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(
            value = ObjectKind.class,
            names = {"SNAPSHOT", "MANIFEST", "CHUNK", "TRANSACTION_LOG"})
    void eachMissingObjectIsFound(ObjectKind kind) {
        for (ObjectSummary object : care.summaries(kind.prefix())) {
            VerificationTest test = new VerificationTest();
            test.fill();
            test.care.storage.delete(List.of(object.key()));

            VerificationReport report = test.run();

            if (object.key().endsWith(SnapshotId.INITIAL.toString()) && kind == ObjectKind.TRANSACTION_LOG) {
                assertThat(report.findings()).isEmpty();
            } else {
                assertThat(report.findings())
                        .anySatisfy(finding ->
                                assertThat(finding.object() + finding.problem()).contains(object.key(), "missing"));
                assertThat(report.isSound()).isEqualTo(kind == ObjectKind.TRANSACTION_LOG);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ObjectKind.class,
            names = {"SNAPSHOT", "MANIFEST", "CHUNK"})
    void eachObjectThatIsCutIsFound(ObjectKind kind) {
        for (ObjectSummary object : care.summaries(kind.prefix())) {
            VerificationTest test = new VerificationTest();
            test.fill();
            ByteBuffer bytes =
                    test.care.storage.find(object.key()).orElseThrow().bytes();
            test.care.storage.put(object.key(), bytes.slice(0, bytes.limit() - 1));

            assertThat(test.run().findings()).anySatisfy(finding -> {
                assertThat(finding.object()).isEqualTo(object.key());
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            });
        }
    }

    @Test
    void chunksAreLookedAtInPartsWhereTheTableIsSmall() {
        for (ObjectSummary object : care.summaries(ObjectKind.CHUNK.prefix())) {
            VerificationTest test = new VerificationTest();
            test.fill();
            test.care.storage.delete(List.of(object.key()));

            VerificationReport report = test.run(VerifyRequest.defaults().withTableEntries(1));

            assertThat(report.findings())
                    .allSatisfy(finding -> assertThat(finding.object()).isEqualTo(object.key()));
            assertThat(report.references()).isEqualTo(7);
        }
    }

    @Test
    void stopsAfterSoManyFindings() {
        care.summaries(ObjectKind.CHUNK.prefix()).forEach(object -> care.storage.delete(List.of(object.key())));

        VerificationReport report = run(new VerifyRequest(Payloads.SKIP, 100, 2));

        assertThat(report.findings()).hasSize(2);
        assertThat(report.complete()).isFalse();
    }

    @ParameterizedTest
    @UsesShared
    @ValueSource(strings = {"test-repo-v2", "expire-repo-v2-by-2.0.5", "expire-repo-v2-by-working-copy"})
    void repositoriesOfTheReferenceImplementationAreSound(String name) {
        Path folder = SharedFolder.path().resolve("fixtures/icechunk").resolve(name);
        try (LocalStorage storage = LocalStorage.open(folder);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            VerificationReport report = new Verification(repository).run(VerifyRequest.defaults(), Progress.NONE);

            assertThat(report.findings().stream().filter(finding -> finding.severity() == Severity.ERROR))
                    .isEmpty();
            assertThat(report.snapshots()).isGreaterThan(3);
        }
    }
}
