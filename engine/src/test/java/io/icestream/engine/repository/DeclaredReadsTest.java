package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictKind;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A commit whose declared reads were changed meanwhile is refused, and one whose reads were not is not. Each case opens a
 * session that declares, lets somebody else commit, and commits what does not clash by itself.
 */
class DeclaredReadsTest {
    private static final NodePath G = NodePath.of("/g");
    private final TestRepository test = TestRepository.withArrays();

    private CommitOutcome commit(Consumer<WritableSession> declaration, Consumer<WritableSession> theirs) {
        WritableSession late = test.session();
        declaration.accept(late);
        late.attach(B, ChunkIndex.of(9), inline("ours"));
        test.repository.transact("main", CommitRequest.of("theirs"), theirs);
        return late.commit(CommitRequest.of("ours").solver(BasicConflictSolver.defaults()));
    }

    private void refused(NodePath path, Consumer<WritableSession> declaration, Consumer<WritableSession> theirs) {
        CommitOutcome outcome = commit(declaration, theirs);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        CommitOutcome.Refused.class,
                        refused -> assertThat(((RefusalReason.Conflicts) refused.reason()).conflicts())
                                .extracting(Conflict::kind, Conflict::path)
                                .containsExactly(tuple(ConflictKind.READ_WAS_CHANGED, path)));
    }

    private void allowed(Consumer<WritableSession> declaration, Consumer<WritableSession> theirs) {
        commit(declaration, theirs).orThrow();
    }

    private static Consumer<WritableSession> chunks(long from, long to) {
        return session -> session.declareChunksRead(A, List.of(new ChunkIndexRange(from, to)));
    }

    private static Consumer<WritableSession> set(int chunk) {
        return session -> session.attach(A, ChunkIndex.of(chunk), inline("theirs"));
    }

    private static Consumer<WritableSession> resize(long length) {
        return session -> session.updateArray(A, session.arrayMetadata(A).withShape(length));
    }

    @Test
    void chunksInsideTheBoxCountAndOthersDoNot() {
        refused(A, chunks(2, 5), set(4));
        refused(A, chunks(2, 5), session -> session.deleteChunk(A, ChunkIndex.of(2)));
        allowed(chunks(2, 5), set(5));
        allowed(chunks(2, 5), set(1));
    }

    @Test
    void aResizeCountsIfItChangesWhatTheBoxCovers() {
        allowed(chunks(2, 5), resize(12));
        refused(A, chunks(2, 5), resize(3));
        refused(A, chunks(2, 50), resize(13));
    }

    @Test
    void attributesAreNotPartOfChunksButOfTheNode() {
        Consumer<WritableSession> attribute = session -> session.updateArray(
                A,
                session.arrayMetadata(A)
                        .withAttributes(JsonNodeFactory.instance
                                .objectNode()
                                .put("k", session.snapshotId().toString())));
        allowed(chunks(0, 10), attribute);
        refused(A, session -> session.declareRead(A), attribute);
        allowed(session -> session.declareRead(A), set(0));
    }

    @Test
    void anArrayMadeAnewIsAnotherOne() {
        refused(A, chunks(0, 1), session -> {
            session.delete(A);
            session.createArray(A, TestRepository.array(10));
        });
    }

    @Test
    void thatThereIsNothingIsReadToo() {
        refused(G, session -> session.declareRead(G), session -> session.createGroup(G, GroupMetadata.empty()));
        refused(G, session -> session.declareRead(G), session -> session.delete(G));
    }

    @Test
    void aTreeIsAllThatIsBelow() {
        NodePath inner = NodePath.of("/g/inner");
        test.repository.transact("main", CommitRequest.of("g"), session -> {
            session.createGroup(G, GroupMetadata.empty());
            session.createArray(inner, TestRepository.array(3));
        });
        Consumer<WritableSession> tree = session -> session.declareTreeRead(G);
        refused(G, tree, session -> session.attach(inner, ChunkIndex.of(0), inline("x")));
        refused(G, tree, session -> session.createGroup(NodePath.of("/g/new"), GroupMetadata.empty()));
        refused(G, tree, session -> session.delete(inner));
        allowed(tree, set(0));
        allowed(tree, session -> session.createGroup(NodePath.of("/gg"), GroupMetadata.empty()));
    }

    @Test
    void readsHoldOverSeveralRounds() {
        WritableSession late = test.session();
        late.declareChunksRead(A, List.of(new ChunkIndexRange(0, 3)));
        late.attach(B, ChunkIndex.of(9), inline("ours"));
        test.repository.transact("main", CommitRequest.of("harmless"), set(7));
        assertThat(late.rebase(BasicConflictSolver.defaults())).isEmpty();
        test.repository.transact("main", CommitRequest.of("harmful"), set(2));
        assertThat(late.commit(CommitRequest.of("ours").solver(BasicConflictSolver.defaults())))
                .isInstanceOf(CommitOutcome.Refused.class);
    }

    /** Two that each read what the other writes: under snapshot isolation both commit, in no serial order could they. */
    @Test
    void writeSkewIsRefused() {
        WritableSession one = test.session();
        WritableSession other = test.session();
        one.declareChunksRead(A, List.of(new ChunkIndexRange(0, 1)));
        one.attach(B, ChunkIndex.of(0), inline("from a"));
        other.declareChunksRead(B, List.of(new ChunkIndexRange(0, 1)));
        other.attach(A, ChunkIndex.of(0), inline("from b"));

        one.commit(CommitRequest.of("one").solver(BasicConflictSolver.defaults()))
                .orThrow();

        assertThat(other.commit(CommitRequest.of("other").solver(BasicConflictSolver.defaults())))
                .isInstanceOf(CommitOutcome.Refused.class);
    }
}
