package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.chunk;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictKind;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.conflict.MergingConflictSolver;
import io.icestream.engine.conflict.MergingConflictSolver.Merge;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What can be rebased beyond the reference's matrix, if it is asked for, and what must not be, whatever is asked for. */
class MergingTest {
    private static final ConflictSolver GROWTH = MergingConflictSolver.of(Merge.GROWTH);
    private static final ConflictSolver ATTRIBUTES = MergingConflictSolver.of(Merge.ATTRIBUTES);
    private static final ConflictSolver BASIC = BasicConflictSolver.defaults();

    private final TestRepository test = TestRepository.withArrays();

    private CommitOutcome both(
            Consumer<WritableSession> theirs, Consumer<WritableSession> ours, ConflictSolver solver) {
        WritableSession late = test.session();
        ours.accept(late);
        test.repository.transact("main", CommitRequest.of("theirs"), theirs);
        return late.commit(CommitRequest.of("ours").solver(solver));
    }

    private static List<Conflict> conflicts(CommitOutcome outcome) {
        return ((RefusalReason.Conflicts) ((CommitOutcome.Refused) outcome).reason()).conflicts();
    }

    private static List<ConflictKind> kinds(CommitOutcome outcome) {
        return conflicts(outcome).stream().map(Conflict::kind).toList();
    }

    private static Consumer<WritableSession> resize(NodePath array, long length) {
        return session ->
                session.updateArray(array, session.arrayMetadata(array).withShape(length));
    }

    private static Consumer<WritableSession> set(NodePath array, int chunk, String content) {
        return session -> session.attach(array, ChunkIndex.of(chunk), inline(content));
    }

    private static Consumer<WritableSession> attribute(NodePath array, String name, int value) {
        return session -> session.updateArray(
                array,
                session.arrayMetadata(array)
                        .withAttributes(
                                session.arrayMetadata(array).attributes().put(name, value)));
    }

    private long length(NodePath array) {
        return test.tip().arrayMetadata(array).shape()[0];
    }

    @Test
    void twoThatGrewMergeToTheLongerOne() {
        both(resize(A, 20).andThen(set(A, 19, "theirs")), resize(A, 15).andThen(set(A, 14, "ours")), GROWTH)
                .orThrow();
        assertThat(length(A)).isEqualTo(20);
        assertThat(chunk(test.tip(), A, 19)).isEqualTo("theirs");
        assertThat(chunk(test.tip(), A, 14)).isEqualTo("ours");

        both(resize(A, 22), resize(A, 30), GROWTH).orThrow();
        assertThat(length(A)).isEqualTo(30);
    }

    @Test
    void growthIsNotMergedUnlessAskedFor() {
        CommitOutcome outcome = both(resize(A, 20), resize(A, 15), BASIC);
        assertThat(kinds(outcome)).containsExactly(ConflictKind.ZARR_METADATA_DOUBLE_UPDATE);
        assertThat(kinds(both(resize(A, 21), resize(A, 16), ATTRIBUTES)))
                .containsExactly(ConflictKind.ZARR_METADATA_DOUBLE_UPDATE);
    }

    @Test
    void chunksAreRebasedOverGrowth() {
        assertThat(kinds(both(resize(A, 12), set(A, 0, "x"), BASIC)))
                .containsExactly(ConflictKind.CHUNKS_UPDATED_IN_UPDATED_ARRAY);
        both(resize(A, 20), set(A, 0, "ours"), GROWTH).orThrow();
        assertThat(chunk(test.tip(), A, 0)).isEqualTo("ours");
        assertThat(length(A)).isEqualTo(20);
    }

    @Test
    void nothingShrinksSilently() {
        assertThat(both(resize(A, 5), resize(A, 15), GROWTH)).isInstanceOf(CommitOutcome.Refused.class);
        assertThat(both(resize(B, 15), resize(B, 5), GROWTH)).isInstanceOf(CommitOutcome.Refused.class);
        assertThat(both(resize(A, 4), set(A, 0, "x"), GROWTH)).isInstanceOf(CommitOutcome.Refused.class);
    }

    @Test
    void twoThatAppendedAtTheSamePlaceAreAConflictWhateverThePolicySays() {
        ConflictSolver solver =
                new MergingConflictSolver(BasicConflictSolver.defaults(), java.util.Set.of(Merge.GROWTH));
        CommitOutcome outcome =
                both(resize(A, 11).andThen(set(A, 10, "theirs")), resize(A, 11).andThen(set(A, 10, "ours")), solver);
        assertThat(kinds(outcome)).contains(ConflictKind.CHUNK_DOUBLE_UPDATE);
        assertThat(chunk(test.tip(), A, 10)).isEqualTo("theirs");
    }

    @Test
    void aShrinkOverTheirChunksIsRefusedWhateverTheSolverSays() {
        CommitOutcome outcome = both(set(A, 8, "theirs").andThen(set(A, 1, "inside")), resize(A, 5), BASIC);
        assertThat(conflicts(outcome))
                .containsExactly(Conflict.of(ConflictKind.CHUNKS_OUTSIDE_SHRUNK_ARRAY, A, List.of(ChunkIndex.of(8))));
        both(session -> session.deleteChunk(B, ChunkIndex.of(9)), resize(B, 5), BASIC)
                .orThrow();
        assertThat(length(B)).isEqualTo(5);
    }

    @Test
    void differentAttributesMerge() {
        both(attribute(A, "x", 1), attribute(A, "y", 2), ATTRIBUTES).orThrow();
        ObjectNode merged = test.tip().arrayMetadata(A).attributes();
        assertThat(merged.toString()).isEqualTo("{\"x\":1,\"y\":2}");
        assertThat(kinds(both(attribute(A, "x", 5), attribute(A, "x", 6), ATTRIBUTES)))
                .containsExactly(ConflictKind.ZARR_METADATA_DOUBLE_UPDATE);
        assertThat(both(attribute(A, "x", 7), attribute(A, "x", 7), ATTRIBUTES))
                .as("nothing is left of ours")
                .isEqualTo(new CommitOutcome.Refused("main", new RefusalReason.NothingToCommit()));
        both(attribute(A, "z", 1), set(A, 0, "ours"), ATTRIBUTES).orThrow();
        both(
                        session -> session.updateArray(
                                A,
                                session.arrayMetadata(A)
                                        .withAttributes(JsonNodeFactory.instance
                                                .objectNode()
                                                .put("y", 2))),
                        attribute(A, "w", 3),
                        ATTRIBUTES)
                .orThrow();
        assertThat(test.tip().arrayMetadata(A).attributes().toString()).isEqualTo("{\"y\":2,\"w\":3}");
    }

    @Test
    void attributesOfGroupsMergeToo() {
        both(group("x"), group("y"), ATTRIBUTES).orThrow();
        assertThat(test.tip().groupMetadata(NodePath.ROOT).attributes().toString())
                .isEqualTo("{\"x\":1,\"y\":1}");
    }

    private static Consumer<WritableSession> group(String name) {
        return session -> session.updateGroup(
                NodePath.ROOT,
                session.groupMetadata(NodePath.ROOT)
                        .withAttributes(JsonNodeFactory.instance.objectNode().put(name, 1)));
    }

    @Test
    void growthAndAttributesMergeTogether() {
        ConflictSolver solver = MergingConflictSolver.of(Merge.GROWTH, Merge.ATTRIBUTES);
        both(resize(A, 20).andThen(attribute(A, "x", 1)), attribute(A, "y", 2).andThen(resize(A, 12)), solver)
                .orThrow();
        assertThat(length(A)).isEqualTo(20);
        assertThat(test.tip().arrayMetadata(A).attributes()).hasSize(2);
    }

    @Test
    void deletionsOfTheSameAreDoneOnce() {
        test.commit(A, 0, 1);
        ConflictSolver solver = MergingConflictSolver.of(Merge.DELETIONS);
        Consumer<WritableSession> delete = session -> session.deleteChunk(A, ChunkIndex.of(0));
        assertThat(kinds(both(delete, delete, new io.icestream.engine.conflict.ConflictDetector())))
                .containsExactly(ConflictKind.CHUNK_DOUBLE_UPDATE);
        assertThat(both(delete, delete.andThen(set(B, 0, "x")), solver)).isInstanceOf(CommitOutcome.Committed.class);
        both(
                        session -> session.delete(A),
                        session -> {
                            session.deleteChunk(A, ChunkIndex.of(1));
                            session.attach(B, ChunkIndex.of(1), inline("x"));
                        },
                        solver)
                .orThrow();
        CommitOutcome.Committed again = both(
                        session -> session.delete(B),
                        session -> {
                            session.delete(B);
                            session.createGroup(NodePath.of("/n"), io.icestream.engine.zarr.GroupMetadata.empty());
                        },
                        solver)
                .orThrow();
        assertThat(test.repository.transactionLog(again.id()).deletedArrays()).isEmpty();
    }

    @Test
    void equalChangesAreSettledIfThatIsAskedFor() {
        ConflictSolver solver = MergingConflictSolver.of(Merge.EQUAL_CHANGES);
        both(
                        resize(A, 12).andThen(set(B, 0, "same")),
                        resize(A, 12).andThen(set(B, 0, "same")).andThen(set(B, 1, "x")),
                        solver)
                .orThrow();
        assertThat(length(A)).isEqualTo(12);
        assertThat(kinds(both(set(B, 3, "one"), set(B, 3, "other"), solver)))
                .containsExactly(ConflictKind.CHUNK_DOUBLE_UPDATE);
    }
}
