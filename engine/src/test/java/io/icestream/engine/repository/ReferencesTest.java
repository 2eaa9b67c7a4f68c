package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.ResetOutcome;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.ref.UpdateAttemptsException;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Branches, tags, history, times and the operations log. */
class ReferencesTest {
    private static final SnapshotId NOWHERE = SnapshotId.parse("00000000000000000000");

    private final TestRepository test = TestRepository.withArrays();
    private final Repository repository = test.repository;

    @Test
    void branchesAreCreatedMovedAndDeleted() {
        SnapshotId tip = test.tipId();
        repository.createBranch("dev/ü", SnapshotId.INITIAL);
        assertThat(repository.branches()).containsOnlyKeys("main", "dev/ü");
        assertThat(repository.resetBranch("dev/ü", tip, tip)).isEqualTo(new ResetOutcome.TipMoved(SnapshotId.INITIAL));
        assertThat(repository.resetBranch("dev/ü", tip, SnapshotId.INITIAL)).isEqualTo(new ResetOutcome.Reset());
        assertThat(repository.findBranch("dev/ü")).hasValue(tip);
        repository.deleteBranch("dev/ü");
        assertThat(repository.findBranch("dev/ü")).isEmpty();

        assertThat(repository.operations().map(Update::kind).limit(3))
                .containsExactly(
                        new UpdateKind.BranchDeleted("dev/ü", tip),
                        new UpdateKind.BranchReset("dev/ü", SnapshotId.INITIAL),
                        new UpdateKind.BranchCreated("dev/ü"));
    }

    @Test
    void refusesBranchesThatCannotBe() {
        SnapshotId tip = test.tipId();
        assertThatThrownBy(() -> repository.createBranch("main", tip))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("branch 'main'");
        assertThatThrownBy(() -> repository.createBranch("x", NOWHERE)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> repository.createBranch("", tip)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> repository.deleteBranch("main")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> repository.deleteBranch("x")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> repository.resetBranch("main", NOWHERE, tip)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> repository.writableSession("x"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("only [main]");
        assertThat(repository.operations()).hasSize(2);
    }

    @Test
    void tagsStayWhereTheyAreAndTheirNamesAreUsedOnce() {
        SnapshotId tip = test.tipId();
        assertThat(repository.createTag("v1", tip)).isEqualTo(new TagOutcome.Created());
        assertThat(repository.createTag("v1", SnapshotId.INITIAL)).isEqualTo(new TagOutcome.Exists(tip));
        assertThat(repository.readonlySession(Version.tag("v1")).snapshotId()).isEqualTo(tip);
        repository.deleteTag("v1");
        assertThat(repository.createTag("v1", tip)).isEqualTo(new TagOutcome.Burnt());
        assertThat(repository.tags()).isEmpty();
        assertThatThrownBy(() -> repository.deleteTag("v1")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> repository.readonlySession(Version.tag("v1")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("it was deleted");
        assertThatThrownBy(() -> repository.createTag("v2", NOWHERE)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aBranchIsReadAsItWasAtATime() {
        Instant before = test.clock.instant();
        test.clock.move(Duration.ofHours(1));
        SnapshotId first = test.commit(A, 0);
        Instant between = test.clock.instant();
        test.clock.move(Duration.ofHours(1));
        SnapshotId second = test.commit(A, 1);

        assertThat(asOf(between)).isEqualTo(first);
        assertThat(asOf(test.clock.instant())).isEqualTo(second);
        assertThat(asOf(before)).isNotEqualTo(first);
        Instant flushed = repository.history(second).findFirst().orElseThrow().flushedAt();
        assertThat(asOf(flushed)).isEqualTo(second);
        assertThat(asOf(flushed.minusNanos(1000))).isEqualTo(first);
        assertThatThrownBy(() -> asOf(Instant.EPOCH)).isInstanceOf(NotFoundException.class);
    }

    private SnapshotId asOf(Instant time) {
        return repository.readonlySession(Version.asOf("main", time)).snapshotId();
    }

    @Test
    void theOperationsLogGoesOnInTheCopiesOfFormerVersions() {
        TestRepository small = TestRepository.withArrays(
                RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withUpdatesPerRepositoryObject(3)));
        for (int i = 0; i < 10; i++) {
            small.commit(A, i);
        }
        assertThat(small.repository.info().latestUpdates()).hasSize(3);
        List<Update> updates = small.repository.operations().toList();
        assertThat(updates).hasSize(12);
        assertThat(updates.stream().skip(1))
                .allMatch(update -> update.backupPath().isPresent());
        assertThat(updates.get(0).backupPath()).isEmpty();
        assertThat(updates.get(11).kind()).isEqualTo(new UpdateKind.RepositoryInitialized());
        for (Update update : updates.subList(1, 12)) {
            assertThat(small.storage.stat(
                            AssetKeys.overwritten(update.backupPath().orElseThrow())))
                    .isPresent();
        }
        try (Repository reopened = Repository.open(small.storage, RepositoryOptions.defaults())) {
            assertThat(reopened.config().updatesPerRepositoryObject()).isEqualTo(3);
        }
    }

    @Test
    void aChangeThatOthersAreAlwaysFasterThanGivesUp() {
        test.storage.follow(FaultScript.always(call -> call.operation() == Operation.PUT_IF_MATCHES, Fault.REFUSE));
        long before = test.storage.calls(Operation.PUT_IF_MATCHES);
        assertThatThrownBy(() -> repository.createTag("t", test.tipId()))
                .isInstanceOf(UpdateAttemptsException.class)
                .hasMessageContaining("100 attempts");
        assertThat(test.storage.calls(Operation.PUT_IF_MATCHES) - before).isEqualTo(100);
    }

    @Test
    void readingWhatHasNotChangedCostsNoPayload() {
        repository.info();
        long before = test.storage.calls();
        repository.info();
        repository.branches();
        assertThat(test.storage.journal().subList((int) before, (int) test.storage.calls()))
                .hasSize(2)
                .allMatch(call -> call.operation() == Operation.FIND_IF_CHANGED);
    }

    @Test
    void historyIsThatOfTheSnapshotAskedFor() {
        SnapshotId first = test.commit(A, 0);
        test.commit(A, 1);
        assertThat(repository.history(first).map(SnapshotEntry::id).findFirst()).hasValue(first);
        assertThat(repository.history(first)).hasSize(3);
        assertThatThrownBy(() -> repository.history(NOWHERE)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aCommitToABranchThatWasDeletedIsRefused() {
        repository.createBranch("b", test.tipId());
        var session = repository.writableSession("b");
        session.delete(A);
        repository.deleteBranch("b");
        assertThat(session.commit(CommitRequest.of("x")).toString()).contains("BranchMissing[branch=b]");
    }
}
