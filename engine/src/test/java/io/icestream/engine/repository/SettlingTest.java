package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.testing.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A commit gets no answer, and before it is made again somebody deletes or resets its branch, or collects what it built on. What
 * became of it is found out wherever the repository still tells, and what is said is true.
 */
class SettlingTest {
    private static final String SIDE = "side";

    private final TestRepository test = TestRepository.withArrays();
    private final SnapshotId tip = test.tipId();

    /** The ways to commit to a branch. */
    private enum Way {
        COMMIT {
            @Override
            CommitOutcome on(WritableSession session) {
                return session.commit(CommitRequest.of("x"));
            }
        },
        AMEND {
            @Override
            CommitOutcome on(WritableSession session) {
                return session.amend(AmendRequest.of("x"));
            }
        };

        abstract CommitOutcome on(WritableSession session);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatWasCommittedBeforeItsBranchWasDeletedIsCommitted(Way way) {
        WritableSession session = unanswered(test, way, Fault.LOSE_REPLY);
        SnapshotId id = test.repository.findBranch(SIDE).orElseThrow();
        test.repository.deleteBranch(SIDE);

        assertThat(way.on(session)).isEqualTo(new CommitOutcome.Committed(id, 0, true));

        assertThat(test.repository.findBranch(SIDE)).isEmpty();
        assertThat(publications(id)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatWasNotCommittedBeforeItsBranchWasDeletedIsRefused(Way way) {
        WritableSession session = unanswered(test, way, Fault.LOSE_REQUEST);
        test.repository.deleteBranch(SIDE);

        assertThat(way.on(session)).isEqualTo(new CommitOutcome.Refused(SIDE, new RefusalReason.BranchMissing(SIDE)));

        assertThat(session.isOpen()).isTrue();
        test.repository.createBranch(SIDE, tip);
        assertThat(way.on(session)).isInstanceOf(CommitOutcome.Committed.class);
        assertThat(messages(test, SIDE)).startsWith("x");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatWasCommittedAndCollectedSinceIsStillInTheLog(Way way) {
        WritableSession session = unanswered(test, way, Fault.LOSE_REPLY);
        SnapshotId id = test.repository.findBranch(SIDE).orElseThrow();
        test.repository.deleteBranch(SIDE);
        collect();
        assertThat(test.repository.findSnapshot(id)).isEmpty();

        assertThat(way.on(session)).isEqualTo(new CommitOutcome.Committed(id, 0, true));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatALogThatWasCutOffMayHaveHeldStaysUnknown(Way way) {
        RepositoryConfig shortLog = RepositoryConfig.DEFAULT.withUpdatesPerRepositoryObject(1);
        TestRepository cut =
                TestRepository.withArrays(RepositoryOptions.defaults().withConfig(shortLog));
        WritableSession session = unanswered(cut, way, Fault.LOSE_REPLY);
        cut.repository.deleteBranch(SIDE);
        try (Stream<ObjectSummary> backups = cut.storage.list("overwritten/")) {
            cut.storage.delete(backups.map(ObjectSummary::key).toList());
        }

        assertThat(way.on(session)).isInstanceOf(CommitOutcome.Unknown.class);
    }

    @Test
    void whatWasCommittedAndResetAwayIsNotCommittedTwice() {
        WritableSession session = unanswered(test, Way.COMMIT, Fault.LOSE_REPLY);
        SnapshotId id = test.repository.findBranch(SIDE).orElseThrow();
        test.repository.resetBranch(SIDE, SnapshotId.INITIAL);

        assertThat(Way.COMMIT.on(session)).isEqualTo(new CommitOutcome.Committed(id, 0, true));

        assertThat(messages(test, SIDE)).containsExactly("Repository initialized");
        assertThat(publications(id)).isEqualTo(1);
    }

    @Test
    void whatWasOvertakenIsRefused() {
        WritableSession session = unanswered(test, Way.COMMIT, Fault.LOSE_REQUEST);
        test.repository.resetBranch(SIDE, SnapshotId.INITIAL);

        assertThat(Way.COMMIT.on(session))
                .isEqualTo(new CommitOutcome.Refused(SIDE, new RefusalReason.BranchMoved(tip, SnapshotId.INITIAL)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSE_REPLY", "LOSE_REQUEST"})
    void aDetachedCommitDoesNotNeedTheBranch(Fault fault) {
        WritableSession session = changed(test);
        SnapshotId id = session.plannedSnapshotId();
        test.silence(fault);
        assertThat(session.commitDetached(CommitRequest.of("x"))).isInstanceOf(CommitOutcome.Unknown.class);
        test.storage.restart();
        test.repository.deleteBranch(SIDE);

        assertThat(session.commitDetached(CommitRequest.of("x"))).isEqualTo(new CommitOutcome.Committed(id, 0, true));

        assertThat(test.repository.findSnapshot(id)).isPresent();
        assertThat(publications(id)).isEqualTo(1);
    }

    @Test
    void aDetachedCommitWhoseBaseWasCollectedIsInTheLogOrRefused() {
        for (boolean landed : List.of(true, false)) {
            test.repository.createBranch(SIDE, tip);
            WritableSession before = session(test);
            SnapshotId base = before.commit(CommitRequest.of("base")).orThrow().id();
            WritableSession session = session(test);
            SnapshotId id = session.plannedSnapshotId();
            test.silence(landed ? Fault.LOSE_REPLY : Fault.LOSE_REQUEST);
            assertThat(session.commitDetached(CommitRequest.of("x"))).isInstanceOf(CommitOutcome.Unknown.class);
            test.storage.restart();
            test.repository.deleteBranch(SIDE);
            collect();
            assertThat(test.repository.findSnapshot(base)).isEmpty();

            assertThat(session.commitDetached(CommitRequest.of("x")))
                    .isEqualTo(
                            landed
                                    ? new CommitOutcome.Committed(id, 0, true)
                                    : new CommitOutcome.Refused(SIDE, new RefusalReason.BaseMissing(base)));
        }
    }

    @Test
    void aDetachedCommitOnABaseThatIsGoneIsRefused() {
        test.repository.createBranch(SIDE, tip);
        SnapshotId base =
                session(test).commit(CommitRequest.of("base")).orThrow().id();
        WritableSession session = session(test);
        test.repository.deleteBranch(SIDE);
        collect();

        assertThat(session.commitDetached(CommitRequest.of("x")))
                .isEqualTo(new CommitOutcome.Refused(SIDE, new RefusalReason.BaseMissing(base)));
    }

    @Test
    void publishingSaysThatTheBranchIsMissingOrThatItWasDone() {
        WritableSession session = changed(test);
        FlushedSnapshot flushed = session.flush(CommitRequest.of("x"));
        assertThat(test.repository.publish("other", flushed)).isEqualTo(new PublishOutcome.BranchMissing("other"));

        test.silence(Fault.LOSE_REPLY);
        assertThat(test.repository.publish(SIDE, flushed)).isInstanceOf(PublishOutcome.Unknown.class);
        test.storage.restart();
        test.repository.deleteBranch(SIDE);

        assertThat(test.repository.publish(SIDE, flushed)).isEqualTo(new PublishOutcome.Published(flushed.id()));
        assertThat(test.repository.publish("other", flushed)).isEqualTo(new PublishOutcome.BranchMissing("other"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSE_REPLY", "LOSE_REQUEST"})
    void inVersion1WhatNoRefLeadsToStaysUnknown(Fault fault) {
        TestRepository version1 = TestRepository.withArrays(RepositoryOptions.defaults(), SpecVersion.V1);
        WritableSession session = unanswered(version1, Way.COMMIT, fault);
        version1.repository.deleteBranch(SIDE);

        assertThat(Way.COMMIT.on(session)).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(Way.COMMIT.on(session)).isInstanceOf(CommitOutcome.Unknown.class);
    }

    @Test
    void inVersion1WhatATagLeadsToWasCommitted() {
        TestRepository version1 = TestRepository.withArrays(RepositoryOptions.defaults(), SpecVersion.V1);
        WritableSession session = unanswered(version1, Way.COMMIT, Fault.LOSE_REPLY);
        SnapshotId id = version1.repository.findBranch(SIDE).orElseThrow();
        version1.repository.createBranch("further", id);
        WritableSession further = version1.repository.writableSession("further");
        further.attach(B, ChunkIndex.of(1), inline("further"));
        version1.repository.createTag(
                "t", further.commit(CommitRequest.of("further")).orThrow().id());
        version1.repository.deleteBranch("further");
        version1.repository.deleteBranch(SIDE);

        assertThat(Way.COMMIT.on(session)).isEqualTo(new CommitOutcome.Committed(id, 0, true));
    }

    @Test
    void inVersion1ACommitToABranchThatIsGoneIsRefused() {
        TestRepository version1 = TestRepository.withArrays(RepositoryOptions.defaults(), SpecVersion.V1);
        WritableSession session = changed(version1);
        version1.repository.deleteBranch(SIDE);

        assertThat(Way.COMMIT.on(session))
                .isEqualTo(new CommitOutcome.Refused(SIDE, new RefusalReason.BranchMissing(SIDE)));
    }

    /** A session that has committed to the side branch and got no answer; the storage works again. */
    private static WritableSession unanswered(TestRepository repository, Way way, Fault fault) {
        WritableSession session = changed(repository);
        repository.silence(fault);
        assertThat(way.on(session)).isInstanceOf(CommitOutcome.Unknown.class);
        repository.storage.restart();
        return session;
    }

    /** With a change, on a side branch that is made for it. */
    private static WritableSession changed(TestRepository repository) {
        repository.repository.createBranch(SIDE, repository.tipId());
        return session(repository);
    }

    private static WritableSession session(TestRepository repository) {
        WritableSession session = repository.repository.writableSession(SIDE);
        session.attach(A, ChunkIndex.of(0), inline("x"));
        return session;
    }

    /** A week later, all that nothing leads to is collected, former versions of the repository object excepted. */
    private void collect() {
        test.clock.move(Duration.ofDays(7));
        new GarbageCollector(test.repository)
                .run(
                        CollectRequest.olderThan(test.clock.instant()).withBackupsOlderThan(Optional.empty()),
                        (stage, done, expected) -> {});
    }

    private static List<String> messages(TestRepository repository, String branch) {
        SnapshotId newest = repository.repository.findBranch(branch).orElseThrow();
        return repository.repository.history(newest).map(SnapshotEntry::message).toList();
    }

    /** How many entries of the log say that a snapshot was published. */
    private long publications(SnapshotId id) {
        return test.repository
                .operations()
                .map(SettlingTest::published)
                .filter(Optional.of(id)::equals)
                .count();
    }

    private static Optional<SnapshotId> published(Update update) {
        if (update.kind() instanceof UpdateKind.NewCommit commit) {
            return Optional.of(commit.snapshot());
        }
        if (update.kind() instanceof UpdateKind.CommitAmended amended) {
            return Optional.of(amended.snapshot());
        }
        return update.kind() instanceof UpdateKind.NewDetachedSnapshot detached
                ? Optional.of(detached.snapshot())
                : Optional.empty();
    }
}
