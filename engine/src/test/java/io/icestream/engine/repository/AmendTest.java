package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.chunk;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Amending, snapshots that no branch leads to, empty commits, and what goes with every commit. */
class AmendTest {
    private final TestRepository test = TestRepository.withArrays();

    private static CommitOutcome amend(WritableSession session, String message) {
        return session.amend(AmendRequest.of(message));
    }

    private WritableSession changed(int chunk, String content) {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(chunk), inline(content));
        return session;
    }

    private List<String> messages() {
        return test.repository.history(test.tipId()).map(SnapshotEntry::message).toList();
    }

    @Test
    void takesThePlaceOfTheTipAndKeepsWhatItDid() {
        SnapshotId amended = test.commit(A, 0);
        SnapshotId before =
                test.repository.findSnapshot(amended).orElseThrow().parent().orElseThrow();
        test.repository.createTag("kept", amended);

        SnapshotId id = amend(changed(1, "more"), "both").orThrow().id();

        assertThat(messages()).containsExactly("both", "arrays", "Repository initialized");
        assertThat(test.repository.findSnapshot(id).orElseThrow().parent()).contains(before);
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("/a 0");
        assertThat(chunk(test.tip(), A, 1)).isEqualTo("more");
        TransactionLog log = test.repository.transactionLog(id);
        assertThat(log.updatedChunks().values()).containsExactly(List.of(ChunkIndex.of(0), ChunkIndex.of(1)));
        assertThat(test.repository.operations().findFirst().orElseThrow().kind())
                .isEqualTo(new UpdateKind.CommitAmended("main", amended, id));
        assertThat(chunk(test.repository.readonlySession(Version.tag("kept")), A, 1))
                .isEqualTo("absent");
    }

    @Test
    void theFirstSnapshotCannotBeAmended() {
        TestRepository empty = TestRepository.empty();
        WritableSession session = empty.session();
        session.createGroup(NodePath.ROOT, GroupMetadata.empty());

        assertThatThrownBy(() -> amend(session, "x").orThrow())
                .hasMessageContaining("cannot be amended: it is the first snapshot of the repository; commit on top");
        session.commit(CommitRequest.of("on top")).orThrow();
    }

    @Test
    void somebodyElseWasFaster() {
        test.commit(A, 0);
        WritableSession session = changed(1, "late");
        SnapshotId winner = test.commit(B, 0);

        assertThatThrownBy(() -> amend(session, "late").orThrow()).hasMessageContaining("the tip is " + winner);
        assertThat(session.commit(TestRepository.rebasing("late")).orThrow().rebaseAttempts())
                .isEqualTo(1);
    }

    @Test
    void somebodyElseWasFasterAtTheLastMoment() {
        test.commit(A, 0);
        WritableSession session = changed(1, "late");
        int[] puts = {0};
        test.storage.beforeEachCall(call -> {
            if (call.operation() == StorageCall.Operation.COPY_IF_MATCHES && puts[0]++ == 0) {
                test.repository.createBranch("quick", test.tipId());
                test.commit(B, 0);
            }
        });

        CommitOutcome.Refused refused = (CommitOutcome.Refused) amend(session, "late");

        assertThat(refused.reason()).isInstanceOf(RefusalReason.CannotAmend.class);
        assertThat(messages()).startsWith("chunks of /b", "chunks of /a");
    }

    @Test
    void onlyMessageAndMetadataChangeIfThatIsAskedFor() {
        test.commit(A, 0);
        assertThat(amend(test.session(), "better"))
                .isEqualTo(new CommitOutcome.Refused("main", new RefusalReason.NothingToCommit()));

        SnapshotId id = test.session()
                .amend(AmendRequest.of("better")
                        .withMetadata(Map.of("n", IntNode.valueOf(1)))
                        .allowEmpty())
                .orThrow()
                .id();

        assertThat(messages()).startsWith("better", "arrays");
        assertThat(test.repository.findSnapshot(id).orElseThrow().metadata()).hasToString("{n=1}");
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("/a 0");
    }

    @Test
    void editsCannotAmendMovesButMovesCanAmendEdits() {
        test.commit(A, 0);
        RearrangeSession moving = test.repository.rearrangeSession("main");
        moving.move(A, NodePath.of("/moved"));
        SnapshotId id = moving.amend(AmendRequest.of("moved")).orThrow().id();
        TransactionLog log = test.repository.transactionLog(id);
        assertThat(log.moves()).hasSize(1);
        assertThat(log.updatedChunks()).hasSize(1);

        WritableSession session = test.session();
        session.attach(B, ChunkIndex.of(1), inline("x"));
        assertThatThrownBy(() -> amend(session, "x").orThrow())
                .hasMessageContaining("it moved nodes; amend it in a rearrange");

        RearrangeSession further = test.repository.rearrangeSession("main");
        further.move(NodePath.of("/moved"), A);
        SnapshotId back = further.amend(AmendRequest.of("back")).orThrow().id();
        assertThat(test.repository.transactionLog(back).moves()).isEmpty();
    }

    @Test
    void aLostReplyOfAnAmendIsFoundOut() {
        for (Fault fault : List.of(Fault.LOSE_REPLY, Fault.LOSE_REQUEST)) {
            test.commit(A, 0);
            WritableSession session = changed(1, fault.toString());
            test.storage.follow(
                    FaultScript.once(call -> call.operation() == StorageCall.Operation.PUT_IF_MATCHES, fault));
            SnapshotId id = amend(session, "x " + fault).orThrow().id();
            assertThat(test.tipId()).isEqualTo(id);
            assertThat(messages()).contains("x " + fault).doesNotHaveDuplicates();
        }
    }

    @Test
    void aDetachedSnapshotIsAdoptedLater() {
        SnapshotId tip = test.commit(A, 0);

        SnapshotId id = changed(1, "aside")
                .commitDetached(CommitRequest.of("aside"))
                .orThrow()
                .id();

        assertThat(test.tipId()).isEqualTo(tip);
        assertThat(test.repository.findSnapshot(id).orElseThrow().parent()).contains(tip);
        assertThat(test.repository.operations().findFirst().orElseThrow().kind())
                .isEqualTo(new UpdateKind.NewDetachedSnapshot(id));
        test.repository.createBranch("adopted", id);
        assertThat(chunk(test.repository.readonlySession(Version.branch("adopted")), A, 1))
                .isEqualTo("aside");
        test.repository.resetBranch("main", id, tip);
        assertThat(messages()).startsWith("aside", "chunks of /a");
    }

    @Test
    void aFlushedSnapshotThatWasResetAwayCanBePublishedAgain() {
        SnapshotId before = test.tipId();
        var flushed = changed(1, "x").flush(CommitRequest.of("x"));
        test.repository.publish("main", flushed);
        test.repository.resetBranch("main", before);

        test.repository.publish("main", flushed);

        assertThat(test.tipId()).isEqualTo(flushed.id());
        assertThat(test.repository.operations().findFirst().orElseThrow().kind())
                .isEqualTo(new UpdateKind.BranchReset("main", before));
    }

    @Test
    void whatGoesWithEveryCommitGivesWayToWhatACommitSaysItself() {
        Map<String, JsonNode> defaults = new TreeMap<>(Map.of("a", IntNode.valueOf(1), "b", IntNode.valueOf(2)));
        try (Repository other = test.repository.reopen(test.options.withCommitMetadata(defaults))) {
            WritableSession session = other.writableSession("main");
            SnapshotId id = session.commit(CommitRequest.of("x")
                            .metadata(Map.of("b", TextNode.valueOf("own")))
                            .allowEmpty())
                    .orThrow()
                    .id();
            assertThat(other.findSnapshot(id).orElseThrow().metadata()).hasToString("{a=1, b=\"own\"}");
        }
        assertThat(test.repository.findSnapshot(test.commit(A, 3)).orElseThrow().metadata())
                .as("no solver, so no number of rebases")
                .isEmpty();
    }

    @Test
    void aTransactionCommitsWhatItDoes() {
        test.repository.transact(
                "main", CommitRequest.of("in one"), session -> session.attach(A, ChunkIndex.of(0), inline("x")));
        assertThat(messages()).startsWith("in one");
        assertThatThrownBy(() -> test.repository.transact("main", CommitRequest.of("not"), session -> {
                    session.attach(A, ChunkIndex.of(1), inline("x"));
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(messages()).startsWith("in one");
    }
}
