package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.array;
import static io.icestream.engine.repository.TestRepository.chunk;
import static io.icestream.engine.repository.TestRepository.inline;
import static io.icestream.engine.repository.TestRepository.rebasing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.ChunkClashPolicy;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictKind;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.ClockSkewException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ConflictException;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.RebaseFailedException;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.Verdict;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a commit promises, one promise at a time, on a repository in memory. */
class CommitTest {
    private final TestRepository test = TestRepository.withArrays();

    @Test
    void changesAreSeenInTheSessionAtOnceAndByOthersAfterTheCommit() {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(3), inline("three"));

        assertThat(chunk(session, A, 3)).isEqualTo("three");
        assertThat(chunk(test.tip(), A, 3)).isEqualTo("absent");

        CommitOutcome.Committed committed =
                session.commit(CommitRequest.of("three")).orThrow();

        assertThat(chunk(test.tip(), A, 3)).isEqualTo("three");
        assertThat(test.tipId()).isEqualTo(committed.id());
        assertThat(committed.repeated()).isFalse();
        assertThat(test.repository.history(committed.id()).map(SnapshotEntry::message))
                .containsExactly("three", "arrays", "Repository initialized");
    }

    @Test
    void anOpenSessionKeepsSeeingItsSnapshot() {
        WritableSession reader = test.session();
        test.commit(A, 1);

        assertThat(chunk(reader, A, 1)).isEqualTo("absent");
        assertThat(chunk(test.tip(), A, 1)).isEqualTo("/a 1");
    }

    @Test
    void aChunkUpToTheThresholdIsInlineAndALargerOneAnObject() {
        WritableSession session = test.session();
        long before = objects(AssetKeys.CHUNKS);
        session.setChunk(A, ChunkIndex.of(0), ByteBuffer.allocate(512));
        assertThat(objects(AssetKeys.CHUNKS)).isEqualTo(before);
        session.setChunk(A, ChunkIndex.of(1), ByteBuffer.allocate(513));
        assertThat(objects(AssetKeys.CHUNKS)).isEqualTo(before + 1);
        session.commit(CommitRequest.of("both")).orThrow();

        assertThat(test.tip().readChunk(A, ChunkIndex.of(0))).hasValue(ByteBuffer.allocate(512));
        assertThat(test.tip().readChunk(A, ChunkIndex.of(1))).hasValue(ByteBuffer.allocate(513));
    }

    @Test
    void refusesWhatCannotBe() {
        WritableSession session = test.session();
        assertThatThrownBy(() -> session.setChunk(A, ChunkIndex.of(0), ByteBuffer.allocate(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no bytes");
        assertThatThrownBy(() -> session.attach(A, ChunkIndex.of(10), inline("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has [10] chunks");
        assertThatThrownBy(() -> session.attach(A, ChunkIndex.of(1, 1), inline("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 1 dimensions");
        assertThatThrownBy(() -> session.attach(NodePath.of("/c"), ChunkIndex.of(0), inline("x")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("No array at /c");
        assertThatThrownBy(() -> session.createArray(A, array(1))).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> session.createGroup(NodePath.of("/a/b"), GroupMetadata.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/a is an array");
        assertThatThrownBy(() -> session.groupMetadata(A)).isInstanceOf(NotFoundException.class);
        assertThat(session.hasChanges()).isFalse();
    }

    @Test
    void withoutChangesOnlyAnEmptyCommitThatIsAskedForHappens() {
        assertThat(reason(test.session().commit(CommitRequest.of("nothing"))))
                .isInstanceOf(RefusalReason.NothingToCommit.class);

        SnapshotId id = test.session()
                .commit(CommitRequest.of("nothing").allowEmpty())
                .orThrow()
                .id();
        assertThat(test.tipId()).isEqualTo(id);
    }

    @Test
    void theSameMetadataAgainIsNoChange() {
        WritableSession session = test.session();
        session.updateArray(A, session.arrayMetadata(A));
        session.updateGroup(NodePath.ROOT, session.groupMetadata(NodePath.ROOT));
        assertThat(session.hasChanges()).isFalse();
    }

    @Test
    void discardedChangesAreGone() {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), inline("x"));
        session.delete(B);
        session.discardChanges();
        assertThat(session.hasChanges()).isFalse();
        assertThat(session.findNode(B)).isPresent();
        assertThat(chunk(session, A, 0)).isEqualTo("absent");
    }

    @Test
    void nodesKeepTheirIdForLifeAndARecreatedOneIsAnother() {
        NodeId before = id(A);
        WritableSession update = test.session();
        update.updateArray(A, array(20));
        update.commit(CommitRequest.of("resize")).orThrow();
        assertThat(id(A)).isEqualTo(before);

        WritableSession recreate = test.session();
        recreate.delete(A);
        recreate.createArray(A, array(5));
        recreate.commit(CommitRequest.of("recreate")).orThrow();
        assertThat(id(A)).isNotEqualTo(before);
    }

    @Test
    void deletingAGroupDeletesWhatIsBelow() {
        WritableSession create = test.session();
        create.createGroup(NodePath.of("/g"), GroupMetadata.empty());
        create.createArray(NodePath.of("/g/x"), array(3));
        create.createArray(NodePath.of("/g-x"), array(3));
        create.commit(CommitRequest.of("group")).orThrow();

        WritableSession session = test.session();
        session.createArray(NodePath.of("/g/y"), array(3));
        session.delete(NodePath.of("/g"));
        session.commit(CommitRequest.of("delete")).orThrow();

        assertThat(test.tip().nodes().stream().map(node -> node.path().toString()))
                .containsExactly("/", "/a", "/b", "/g-x");
    }

    @Test
    void deletedChunksReadAsAbsentAndAnArrayWithoutChunksHasNoManifest() {
        test.commit(A, 1, 2);
        WritableSession session = test.session();
        session.deleteChunk(A, ChunkIndex.of(1));
        session.deleteChunk(A, ChunkIndex.of(99));
        session.commit(CommitRequest.of("one less")).orThrow();
        assertThat(test.tip().chunkIndices(A)).containsExactly(ChunkIndex.of(2));

        WritableSession last = test.session();
        last.deleteChunk(A, ChunkIndex.of(2));
        last.commit(CommitRequest.of("none left")).orThrow();
        assertThat(test.tip().chunkIndices(A)).isEmpty();
        assertThat(test.repository
                        .readonlySession(Version.branch("main"))
                        .snapshot()
                        .manifestFiles())
                .isEmpty();
    }

    @Test
    void shrinkingDropsChunksOutsideAndGrowingKeepsAll() {
        test.commit(A, 1, 5, 9);
        resize(20);
        assertThat(test.tip().chunkIndices(A)).containsExactly(ChunkIndex.of(1), ChunkIndex.of(5), ChunkIndex.of(9));
        resize(6);
        assertThat(test.tip().chunkIndices(A)).containsExactly(ChunkIndex.of(1), ChunkIndex.of(5));
        resize(10);
        assertThat(test.tip().chunkIndices(A)).containsExactly(ChunkIndex.of(1), ChunkIndex.of(5));
    }

    private void resize(long length) {
        WritableSession session = test.session();
        session.updateArray(A, session.arrayMetadata(A).withShape(length));
        session.commit(CommitRequest.of("resize to " + length)).orThrow();
    }

    @Test
    void aLostRaceWithoutSolverIsRefused() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        SnapshotId base = late.snapshotId();
        SnapshotId winner = test.commit(B, 1);

        CommitOutcome outcome = late.commit(CommitRequest.of("late"));

        assertThat(reason(outcome)).isEqualTo(new RefusalReason.BranchMoved(base, winner));
        assertThatThrownBy(outcome::orThrow)
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(
                        "Cannot commit to branch 'main': tip is " + winner + ", session started from " + base);
        assertThat(test.tipId()).isEqualTo(winner);
    }

    @Test
    void aLostRaceWithoutConflictIsRebased() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        test.commit(A, 1);
        test.commit(B, 1);

        CommitOutcome.Committed committed = late.commit(rebasing("late")).orThrow();

        assertThat(committed.rebaseAttempts()).isEqualTo(1);
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("late");
        assertThat(chunk(test.tip(), A, 1)).isEqualTo("/a 1");
        assertThat(chunk(test.tip(), B, 1)).isEqualTo("/b 1");
        SnapshotEntry entry =
                test.repository.history(committed.id()).findFirst().orElseThrow();
        assertThat(entry.metadata()).hasToString("{__icechunk={\"rebase_attempts\":1}}");
    }

    @Test
    void aConflictRefusesTheCommitAndTheSessionGoesOn() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        test.commit(B, 1);
        SnapshotId theirs = test.commit(A, 0, 1);

        CommitOutcome outcome = late.commit(rebasing("late"));

        RefusalReason.Conflicts reason = (RefusalReason.Conflicts) reason(outcome);
        assertThat(reason.at()).isEqualTo(theirs);
        assertThat(reason.conflicts()).containsExactly(Conflict.ofChunks(A, List.of(ChunkIndex.of(0))));
        assertThatThrownBy(outcome::orThrow)
                .isInstanceOf(RebaseFailedException.class)
                .hasMessageContaining("CHUNK_DOUBLE_UPDATE at /a in chunks 0");

        late.commit(CommitRequest.of("ours").solver(BasicConflictSolver.defaults()))
                .orThrow();
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("late");
        assertThat(chunk(test.tip(), A, 1)).isEqualTo("/a 1");
    }

    @Test
    void theirChunksStayWhereThePolicySaysSo() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        late.attach(A, ChunkIndex.of(5), inline("late"));
        test.commit(A, 0, 1);

        late.commit(CommitRequest.of("theirs")
                        .solver(BasicConflictSolver.defaults().withOnChunkClash(ChunkClashPolicy.USE_THEIRS)))
                .orThrow();

        assertThat(chunk(test.tip(), A, 0)).isEqualTo("/a 0");
        assertThat(chunk(test.tip(), A, 5)).isEqualTo("late");
    }

    @Test
    void noEmptySnapshotIsMadeWhenAllGivesWay() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        SnapshotId tip = test.commit(A, 0);

        CommitOutcome outcome = late.commit(CommitRequest.of("theirs")
                .solver(BasicConflictSolver.defaults().withOnChunkClash(ChunkClashPolicy.USE_THEIRS)));

        assertThat(reason(outcome)).isInstanceOf(RefusalReason.NothingToCommit.class);
        assertThat(test.tipId()).isEqualTo(tip);
    }

    @Test
    void bothRecreatingOneArrayIsRefused() {
        WritableSession late = test.session();
        late.delete(A);
        late.createArray(A, array(3));
        WritableSession first = test.session();
        first.delete(A);
        first.createArray(A, array(4));
        first.commit(CommitRequest.of("first")).orThrow();

        RefusalReason.Conflicts reason = (RefusalReason.Conflicts) reason(late.commit(rebasing("late")));

        assertThat(reason.conflicts()).containsExactly(Conflict.of(ConflictKind.PATH_TAKEN_TWICE, A));
    }

    @Test
    void aBaseThatIsNoLongerInTheHistoryIsARefusalOfItsOwn() {
        SnapshotId before = test.tipId();
        SnapshotId gone = test.commit(A, 1);
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(2), inline("x"));
        test.repository.resetBranch("main", before, gone);

        assertThat(reason(session.commit(rebasing("late"))))
                .isEqualTo(new RefusalReason.BaseNotInHistory(gone, before));
    }

    @Test
    void theNumberOfRebasesIsBounded() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        test.storage.beforeEachCall(call -> {
            if (call.key().startsWith(AssetKeys.SNAPSHOTS)
                    && call.operation().name().startsWith("PUT")) {
                test.storage.beforeEachCall(nothing -> {});
                test.commit(B, 1);
            }
        });
        assertThat(reason(late.commit(rebasing("late").rebaseAttempts(0))))
                .isEqualTo(new RefusalReason.AttemptsExhausted(0));
        late.commit(rebasing("late").rebaseAttempts(1)).orThrow();
    }

    @Test
    void manifestsThatTheWinnerDidNotTouchAreNotWrittenAgain() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        late.attach(B, ChunkIndex.of(0), inline("late"));
        List<Long> manifests = new ArrayList<>();
        test.storage.beforeEachCall(call -> {
            if (call.key().startsWith(AssetKeys.SNAPSHOTS)
                    && call.operation().name().startsWith("PUT")) {
                test.storage.beforeEachCall(nothing -> {});
                test.commit(B, 1);
                manifests.add(objects(AssetKeys.MANIFESTS));
            }
        });

        CommitOutcome.Committed committed = late.commit(rebasing("late")).orThrow();

        assertThat(committed.rebaseAttempts()).isEqualTo(1);
        assertThat(objects(AssetKeys.MANIFESTS)).as("only that of /b again").isEqualTo(manifests.get(0) + 1);
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("late");
        assertThat(chunk(test.tip(), B, 0)).isEqualTo("late");
        assertThat(chunk(test.tip(), B, 1)).isEqualTo("/b 1");
    }

    @Test
    void aRepeatedCommitWithTheSameKeyIsFound() {
        WritableSession first = test.session();
        first.attach(A, ChunkIndex.of(0), inline("once"));
        SnapshotId id = first.commit(CommitRequest.of("once").idempotencyKey("window 7"))
                .orThrow()
                .id();
        test.commit(B, 1);

        try (Repository restarted = test.reopened()) {
            WritableSession again = restarted.writableSession("main");
            again.attach(A, ChunkIndex.of(0), inline("twice"));
            CommitOutcome.Committed repeated = again.commit(
                            CommitRequest.of("once").idempotencyKey("window 7"))
                    .orThrow();

            assertThat(repeated).isEqualTo(new CommitOutcome.Committed(id, 0, true));
        }
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("once");
        assertThat(test.repository.history(test.tipId())).hasSize(4);
    }

    @Test
    void theKeyIsSearchedInEveryRound() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("mine"));
        WritableSession twin = test.session();
        twin.attach(A, ChunkIndex.of(0), inline("twin's"));
        List<SnapshotId> winner = new ArrayList<>();
        test.storage.beforeEachCall(call -> {
            if (call.key().startsWith(AssetKeys.SNAPSHOTS)
                    && call.operation().name().startsWith("PUT")) {
                test.storage.beforeEachCall(nothing -> {});
                winner.add(twin.commit(CommitRequest.of("twin").idempotencyKey("k"))
                        .orThrow()
                        .id());
            }
        });

        CommitOutcome outcome =
                late.commit(CommitRequest.of("late").idempotencyKey("k").solver(BasicConflictSolver.defaults()));

        assertThat(outcome.orThrow().id()).isEqualTo(winner.get(0));
        assertThat(outcome.orThrow().repeated()).isTrue();
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("twin's");
    }

    @Test
    void thePreconditionIsAskedOnTheTipInEveryRound() {
        WritableSession late = test.session();
        late.attach(A, ChunkIndex.of(0), inline("late"));
        List<SnapshotId> asked = new ArrayList<>();
        SnapshotId base = test.tipId();
        List<SnapshotId> winner = new ArrayList<>();
        test.storage.beforeEachCall(call -> {
            if (call.key().startsWith(AssetKeys.SNAPSHOTS)
                    && call.operation().name().startsWith("PUT")) {
                test.storage.beforeEachCall(nothing -> {});
                winner.add(test.commit(B, 1));
            }
        });

        late.commit(rebasing("late").precondition(tip -> {
                    asked.add(tip.snapshotId());
                    return new Verdict.Proceed();
                }))
                .orThrow();

        assertThat(asked).containsExactly(base, winner.get(0));
    }

    @Test
    void thePreconditionMayAbortOrSayThatItIsDone() {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), inline("x"));
        SnapshotId tip = test.tipId();

        assertThat(reason(
                        session.commit(CommitRequest.of("x").precondition(at -> new Verdict.Abort("another ledger")))))
                .isEqualTo(new RefusalReason.PreconditionFailed("another ledger"));
        assertThat(session.commit(CommitRequest.of("x").precondition(at -> new Verdict.AlreadyDone(at.snapshotId()))))
                .isEqualTo(new CommitOutcome.Committed(tip, 0, true));
        assertThat(test.tipId()).isEqualTo(tip);
    }

    @Test
    void aFlushedSnapshotIsInvisibleUntilPublishedAndCanBePublishedAgain() {
        WritableSession session = test.session();
        SnapshotId planned = session.plannedSnapshotId();
        session.attach(A, ChunkIndex.of(0), inline("x"));
        FlushedSnapshot flushed = session.flush(CommitRequest.of("flushed"));

        assertThat(flushed.id()).isEqualTo(planned);
        assertThat(session.plannedSnapshotId()).isNotEqualTo(planned);
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("absent");
        assertThat(test.repository.publish("main", flushed)).isEqualTo(new PublishOutcome.Published(planned));
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("x");

        test.commit(B, 1);
        assertThat(test.repository.publish("main", flushed)).isEqualTo(new PublishOutcome.Published(planned));
        assertThat(test.repository.history(test.tipId())).hasSize(4);
    }

    @Test
    void aFlushedSnapshotWhoseBaseIsNoLongerTheTipIsNotPublishedAndTheSessionCanBeRebased() {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), inline("x"));
        FlushedSnapshot flushed = session.flush(CommitRequest.of("flushed"));
        assertThatThrownBy(() -> session.deleteChunk(A, ChunkIndex.of(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("flushed");
        SnapshotId winner = test.commit(B, 1);

        assertThat(test.repository.publish("main", flushed))
                .isEqualTo(new PublishOutcome.BranchMoved(flushed.base(), winner));

        assertThat(session.rebase(BasicConflictSolver.defaults())).isEmpty();
        session.attach(A, ChunkIndex.of(1), inline("more"));
        FlushedSnapshot second = session.flush(CommitRequest.of("second"));
        assertThat(test.repository.publish("main", second)).isEqualTo(new PublishOutcome.Published(second.id()));
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("x");
        assertThat(chunk(test.tip(), A, 1)).isEqualTo("more");
        assertThat(chunk(test.tip(), B, 1)).isEqualTo("/b 1");
    }

    @Test
    void aCommittedSessionCannotBeChanged() {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), inline("x"));
        session.commit(CommitRequest.of("x")).orThrow();
        assertThatThrownBy(() -> session.attach(A, ChunkIndex.of(1), inline("y")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("committed");
        assertThatThrownBy(() -> session.commit(CommitRequest.of("y"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void timesGoForwardThoughTheClockGoesBack() {
        test.clock.move(Duration.ofMinutes(-5));
        test.commit(A, 0);
        test.commit(A, 1);
        List<SnapshotEntry> history = test.repository.history(test.tipId()).toList();
        for (int i = 1; i < history.size(); i++) {
            assertThat(history.get(i - 1).flushedAt()).isAfter(history.get(i).flushedAt());
        }

        test.clock.move(Duration.ofMinutes(-20));
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(2), inline("x"));
        assertThatThrownBy(() -> session.commit(CommitRequest.of("x")))
                .isInstanceOf(ClockSkewException.class)
                .hasMessageContaining("set this machine's clock");
    }

    @Test
    void metadataIsStoredAndWhatCouldNotBeReadBackIsRefused() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(0), inline("x"));
        Map<String, JsonNode> metadata = Map.of("who", json.textNode("me"), "n", json.numberNode(7));
        SnapshotId id = session.commit(CommitRequest.of("x").metadata(metadata))
                .orThrow()
                .id();

        assertThat(test.repository.history(id).findFirst().orElseThrow().metadata())
                .containsEntry("who", json.textNode("me"))
                .containsOnlyKeys("who", "n");
        for (JsonNode bad : List.<JsonNode>of(
                json.numberNode(Double.NaN),
                json.arrayNode().add(json.objectNode().put("x", Double.POSITIVE_INFINITY)),
                json.numberNode(new java.math.BigInteger("18446744073709551616")))) {
            assertThatThrownBy(() -> CommitRequest.of("x").metadata(Map.of("bad", bad)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Invalid commit metadata 'bad'");
        }
    }

    @Test
    void everyCommitIsOneEntryOfTheOperationsLog() {
        SnapshotId id = test.commit(A, 0);
        assertThat(test.repository.operations().findFirst().orElseThrow().kind())
                .isEqualTo(new UpdateKind.NewCommit("main", id));
    }

    private NodeId id(NodePath path) {
        return test.tip().findNode(path).orElseThrow().id();
    }

    private long objects(String prefix) {
        try (var objects = test.storage.list(prefix)) {
            return objects.count();
        }
    }

    private static RefusalReason reason(CommitOutcome outcome) {
        return Optional.of(outcome)
                .filter(CommitOutcome.Refused.class::isInstance)
                .map(refused -> ((CommitOutcome.Refused) refused).reason())
                .orElseThrow(() -> new AssertionError("Not refused: " + outcome));
    }
}
