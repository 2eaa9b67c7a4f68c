package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.chunk;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictKind;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.ReadOnlyException;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Diff;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Moving nodes, shifting and reindexing arrays, and what differs between two points of history. */
class MoveTest {
    private static final NodePath G = NodePath.of("/g");
    private static final NodePath INNER = NodePath.of("/g/inner");

    private final TestRepository test = TestRepository.withArrays();

    MoveTest() {
        edit("group", session -> {
            session.createGroup(G, GroupMetadata.empty());
            session.createArray(INNER, TestRepository.array(10));
            session.attach(INNER, ChunkIndex.of(3), inline("inner"));
            for (int i = 0; i < 4; i++) {
                session.attach(A, ChunkIndex.of(i), inline("a" + i));
            }
        });
    }

    private SnapshotId edit(String message, Consumer<WritableSession> change) {
        return test.repository
                .transact("main", CommitRequest.of(message), change)
                .id();
    }

    private RearrangeSession rearrange() {
        return test.repository.rearrangeSession("main");
    }

    private static SnapshotId commit(RearrangeSession session) {
        return session.commit(CommitRequest.of("moves")).orThrow().id();
    }

    private static NodePath path(String path) {
        return NodePath.of(path);
    }

    private static NodeId idAt(Session session, String path) {
        return session.findNode(path(path)).map(Node::id).orElseThrow();
    }

    private static List<String> paths(Session session) {
        return session.nodes().stream().map(node -> node.path().toString()).toList();
    }

    @Test
    void aMovedGroupTakesEverythingBelowAlong() {
        NodeId id = idAt(test.tip(), "/g/inner");
        RearrangeSession session = rearrange();

        session.move(G, path("/h"));

        assertThat(paths(session)).containsExactly("/", "/a", "/b", "/h", "/h/inner");
        assertThat(chunk(session, path("/h/inner"), 3)).isEqualTo("inner");
        assertThat(session.chunkIndices(path("/h/inner"))).hasSize(1);
        SnapshotId moved = commit(session);
        assertThat(paths(test.tip())).containsExactly("/", "/a", "/b", "/h", "/h/inner");
        assertThat(idAt(test.tip(), "/h/inner")).isEqualTo(id);
        assertThat(chunk(test.tip(), path("/h/inner"), 3)).isEqualTo("inner");
        assertThat(test.repository.transactionLog(moved).moves())
                .extracting(TransactionLog.Move::to)
                .containsExactly(path("/h"), path("/h/inner"));
        edit("goes on", next -> next.attach(path("/h/inner"), ChunkIndex.of(4), inline("four")));
        assertThat(chunk(test.tip(), path("/h/inner"), 4)).isEqualTo("four");
        assertThat(chunk(test.tip(), path("/h/inner"), 3)).isEqualTo("inner");
    }

    @Test
    void movesOfOneNodeBecomeOne() {
        RearrangeSession session = rearrange();
        session.move(A, path("/g/a"));
        session.move(G, path("/h"));
        session.move(path("/h/a"), path("/z"));
        session.move(path("/h"), G);

        assertThat(session.status().moves()).containsExactly(new Diff.Move(A, path("/z")));
        SnapshotId id = commit(session);
        assertThat(test.repository.transactionLog(id).moves())
                .containsExactly(new TransactionLog.Move(
                        A,
                        path("/z"),
                        idAt(test.tip(), "/z"),
                        test.tip().findNode(path("/z")).orElseThrow().kind()));
    }

    @Test
    void movesThatCancelOutAreACommit() {
        RearrangeSession session = rearrange();
        session.move(A, path("/z"));
        session.move(path("/z"), A);
        assertThat(session.hasChanges()).isTrue();
        assertThat(session.status().isEmpty()).isTrue();
        SnapshotId id = commit(session);
        assertThat(test.repository.transactionLog(id).isEmpty()).isTrue();
    }

    @Test
    void refusesWhatWouldBreakTheTree() {
        RearrangeSession session = rearrange();
        assertThatThrownBy(() -> session.move(path("/none"), path("/x"))).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> session.move(A, B)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> session.move(A, A)).hasMessageContaining("the node itself or below it");
        assertThatThrownBy(() -> session.move(G, path("/g/inner/x"))).hasMessageContaining("the node itself or below");
        assertThatThrownBy(() -> session.move(A, path("/no/x")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("there is no group /no; create it");
        assertThatThrownBy(() -> session.move(A, path("/b/x"))).hasMessageContaining("/b is an array");
        assertThatThrownBy(() -> session.move(NodePath.ROOT, path("/x"))).hasMessageContaining("root group");
        assertThat(session.hasChanges()).isFalse();
        session.move(A, path("/z"));
        session.discardChanges();
        assertThat(paths(session)).contains("/a");
        session.move(A, path("/z"));
        commit(session);
        assertThatThrownBy(() -> session.move(path("/z"), A)).hasMessageContaining("committed; open a new one");
    }

    @Test
    void theFeatureFlagForbidsOpeningFlushingAndCommitting() {
        RearrangeSession session = rearrange();
        session.move(A, path("/z"));
        test.repository.settings().setFeature(Feature.MOVE_NODE, FeatureSetting.DISABLED);
        assertThatThrownBy(() -> session.flush(CommitRequest.of("x")))
                .isInstanceOf(ReadOnlyException.class)
                .hasMessageContaining("move_node is off; switch it on first");
        assertThatThrownBy(() -> session.commit(CommitRequest.of("x"))).isInstanceOf(ReadOnlyException.class);
        assertThatThrownBy(this::rearrange).isInstanceOf(ReadOnlyException.class);
        test.repository.settings().setFeature(Feature.MOVE_NODE, FeatureSetting.DEFAULT);
        commit(session);
    }

    @Test
    void nothingIsRebasedOverAMove() {
        WritableSession late = test.session();
        late.attach(B, ChunkIndex.of(0), inline("late"));
        RearrangeSession session = rearrange();
        session.move(A, path("/z"));
        commit(session);

        assertThat(conflicts(late.commit(CommitRequest.of("late").solver(BasicConflictSolver.defaults()))))
                .containsExactly(Conflict.of(ConflictKind.MOVE_OPERATION_CANNOT_BE_REBASED, NodePath.ROOT));
    }

    private static List<Conflict> conflicts(CommitOutcome outcome) {
        return ((RefusalReason.Conflicts) ((CommitOutcome.Refused) outcome).reason()).conflicts();
    }

    private CommitOutcome moveOver(NodePath from, String to, Consumer<WritableSession> theirs) {
        RearrangeSession session = rearrange();
        session.move(from, path(to));
        edit("theirs", theirs);
        return session.commit(CommitRequest.of("moves").solver(BasicConflictSolver.defaults()));
    }

    @Test
    void movesAreRebasedOverEdits() {
        moveOver(G, "/h", session -> session.attach(INNER, ChunkIndex.of(5), inline("theirs")))
                .orThrow();
        assertThat(chunk(test.tip(), path("/h/inner"), 5)).isEqualTo("theirs");
        assertThat(chunk(test.tip(), path("/h/inner"), 3)).isEqualTo("inner");
    }

    @Test
    void movesAreNotRebasedOverWhatWouldMakeANodeVanish() {
        assertThat(conflicts(moveOver(A, "/x", session -> session.createArray(path("/x"), TestRepository.array(1)))))
                .containsExactly(Conflict.of(ConflictKind.PATH_TAKEN_TWICE, path("/x")));
        assertThat(conflicts(moveOver(A, "/y", session -> session.delete(A))))
                .containsExactly(Conflict.of(ConflictKind.MOVE_OF_DELETED_NODE, A));
        assertThat(conflicts(moveOver(B, "/g/b", session -> session.delete(G))))
                .containsExactly(Conflict.of(ConflictKind.ORPHANED_NODE, path("/g/b")));
    }

    @Test
    void movesAreNotRebasedOverNewNodesBelowWhatMoves() {
        assertThat(conflicts(moveOver(G, "/h", session -> session.createGroup(path("/g/new"), GroupMetadata.empty()))))
                .containsExactly(Conflict.of(ConflictKind.ORPHANED_NODE, path("/g/new")));
    }

    @Test
    void aDifferenceIsToldByPathsAtBothEnds() {
        SnapshotId from = test.tipId();
        edit("edits", session -> {
            session.attach(INNER, ChunkIndex.of(7), inline("seven"));
            session.updateGroup(
                    G,
                    GroupMetadata.empty()
                            .withAttributes(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                                    .objectNode()
                                    .put("k", 1)));
            session.createArray(path("/new"), TestRepository.array(2));
            session.createArray(path("/gone"), TestRepository.array(2));
        });
        RearrangeSession moving = rearrange();
        moving.move(G, path("/h"));
        commit(moving);
        edit("more", session -> {
            session.delete(path("/gone"));
            session.delete(B);
            session.updateArray(A, session.arrayMetadata(A).withShape(20));
        });

        Diff diff = test.repository.diff(Version.snapshot(from), Version.branch("main"));

        assertThat(diff.newArrays()).containsExactly(path("/new"));
        assertThat(diff.newGroups()).isEmpty();
        assertThat(diff.deletedArrays()).containsExactly(B);
        assertThat(diff.updatedGroups()).containsExactly(path("/h"));
        assertThat(diff.updatedArrays()).containsExactly(A);
        assertThat(diff.updatedChunks().keySet()).containsExactly(path("/h/inner"));
        assertThat(diff.moves()).containsExactly(new Diff.Move(G, path("/h")), new Diff.Move(INNER, path("/h/inner")));
        assertThat(test.repository
                        .diff(Version.snapshot(from), Version.snapshot(from))
                        .isEmpty())
                .isTrue();
        assertThatThrownBy(() -> test.repository.diff(Version.branch("main"), Version.snapshot(from)))
                .hasMessageContaining("the former is not in the history of the latter; swap them");
    }

    @Test
    void theStatusOfASessionIsWhatItWouldCommit() {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(9), inline("x"));
        session.delete(G);
        session.createGroup(path("/new"), GroupMetadata.empty());
        Diff status = session.status();
        assertThat(status.updatedChunks()).containsOnlyKeys(A);
        assertThat(status.deletedGroups()).containsExactly(G);
        assertThat(status.deletedArrays()).containsExactly(INNER);
        assertThat(status.newGroups()).containsExactly(path("/new"));
        session.discardChanges();
        assertThat(session.status().isEmpty()).isTrue();
    }

    private String a(Session session) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            String chunk = chunk(session, A, i);
            text.append(chunk.equals("absent") ? "-" : chunk.substring(1));
        }
        return text.toString();
    }

    @Test
    void aShiftDropsWhatLeavesAndClearsWhatIsVacated() {
        WritableSession session = test.session();
        assertThat(a(session)).isEqualTo("0123------");
        session.shiftArray(A, 2);
        assertThat(a(session)).isEqualTo("--0123----");
        session.shiftArray(A, -4);
        assertThat(a(session)).isEqualTo("23--------");
        session.commit(CommitRequest.of("shifted")).orThrow();
        assertThat(a(test.tip())).isEqualTo("23--------");

        WritableSession nothing = test.session();
        nothing.shiftArray(A, 0);
        assertThat(nothing.hasChanges()).isFalse();
        nothing.shiftArray(A, Long.MIN_VALUE);
        assertThat(a(nothing)).isEqualTo("----------");
        assertThatThrownBy(() -> nothing.shiftArray(A, 1, 1))
                .hasMessageContaining("Invalid offset of 2 entries for array /a: it has 1 dimensions");
        assertThatThrownBy(() -> nothing.shiftArray(A)).hasMessageContaining("Invalid offset of 0 entries");
    }

    private static Optional<ChunkIndex> entry(long index) {
        return index < 0 || index > 9 ? Optional.empty() : Optional.of(ChunkIndex.of(index));
    }

    @Test
    void aReindexLeavesStaleChunksUnlessItHasAnInverse() {
        WritableSession session = test.session();
        session.reindexArray(A, chunk -> entry(chunk.at(0) + 1));
        assertThat(a(session)).isEqualTo("00123-----");
        session.discardChanges();
        session.reindexArray(A, chunk -> entry(chunk.at(0) + 1), chunk -> entry(chunk.at(0) - 1));
        assertThat(a(session)).isEqualTo("-0123-----");
        session.discardChanges();
        session.reindexArray(A, chunk -> entry(3 - chunk.at(0)), chunk -> entry(3 - chunk.at(0)));
        assertThat(a(session)).isEqualTo("3210------");
        session.discardChanges();
        assertThatThrownBy(() -> session.reindexArray(A, chunk -> entry(0)))
                .hasMessageContaining("two chunks would go to [0]");
        assertThatThrownBy(() -> session.reindexArray(A, chunk -> Optional.of(ChunkIndex.of(10 + chunk.at(0)))))
                .hasMessageContaining("resize the array first");
        assertThatThrownBy(() -> session.reindexArray(A, chunk -> Optional.of(ChunkIndex.of(0, chunk.at(0)))))
                .hasMessageContaining("it has 2 entries, the array has 1 dimensions");
        assertThat(session.hasChanges()).isFalse();
    }

    @Test
    void aShiftInTwoDimensions() {
        NodePath path = path("/two");
        edit("two", session -> {
            session.createArray(
                    path,
                    ArrayMetadata.builder(DataType.UINT8, new long[] {3, 3}, new long[] {1, 1})
                            .build());
            session.attach(path, ChunkIndex.of(0, 0), inline("00"));
            session.attach(path, ChunkIndex.of(1, 2), inline("12"));
        });
        WritableSession session = test.session();
        session.shiftArray(path, 1, -1);
        assertThat(session.chunkIndices(path)).containsExactly(ChunkIndex.of(2, 1));
    }
}
