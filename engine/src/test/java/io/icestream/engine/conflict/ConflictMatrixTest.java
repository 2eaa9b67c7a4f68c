package io.icestream.engine.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.change.ChangeSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The detector agrees with the reference on every pair of changes, in both orders: the table was made by running the
 * reference.
 */
class ConflictMatrixTest {
    /** Rows: theirs, committed already. Columns: ours. C is a conflict. */
    private static final String REFERENCE = """
            theirs \\ ours|set c0|set c1|del c0|upd /a|del /a|upd /g|del /g|new grp /x|new /g/k|new /a/k|new arr /x|new /x/y|recreate /a
            set c0       |C     |.     |C     |.     |C     |.     |.     |.         |.       |C       |.         |.       |C
            set c1       |.     |C     |.     |.     |C     |.     |.     |.         |.       |C       |.         |.       |C
            del c0       |C     |.     |C     |.     |C     |.     |.     |.         |.       |C       |.         |.       |C
            upd /a       |C     |C     |C     |C     |C     |.     |.     |.         |.       |C       |.         |.       |C
            del /a       |C     |C     |C     |C     |.     |.     |.     |.         |.       |.       |.         |.       |.
            upd /g       |.     |.     |.     |.     |.     |C     |C     |.         |.       |C       |.         |.       |.
            del /g       |.     |.     |.     |.     |.     |C     |.     |.         |.       |C       |.         |.       |.
            new grp /x   |.     |.     |.     |.     |.     |.     |.     |C         |.       |C       |C         |.       |.
            new /g/k     |.     |.     |.     |.     |.     |.     |.     |.         |C       |C       |.         |.       |.
            new /a/k     |.     |.     |.     |.     |.     |.     |.     |.         |.       |C       |.         |.       |.
            new arr /x   |.     |.     |.     |.     |.     |.     |.     |C         |.       |C       |C         |C       |.
            new /x/y     |.     |.     |.     |.     |.     |.     |.     |.         |.       |C       |.         |C       |.
            recreate /a  |C     |C     |C     |C     |.     |.     |.     |.         |.       |C       |.         |.       |.
            """;

    /** The pairs that the reference lets pass and that would leave something else than a tree. */
    private static final List<String> NO_TREE = List.of(
            "del /g | new /g/k",
            "new /g/k | del /g",
            "new /x/y | new arr /x",
            "new /a/k | del /a",
            "new /a/k | recreate /a",
            "recreate /a | recreate /a",
            "del /a | new /a/k");

    @Test
    void equalsThatOfTheReference() {
        List<String> differences = new ArrayList<>();
        forEachPair((theirs, ours, expected) -> {
            boolean conflict = !detect(theirs, ours).isEmpty();
            if (conflict != expected) {
                differences.add(theirs + " | " + ours + (expected ? ": conflict missed" : ": no conflict"));
            }
        });
        assertThat(differences).isEmpty();
    }

    @Test
    void whatPassesButBreaksTheTreeIsRefusedBesides() {
        List<String> refused = new ArrayList<>();
        forEachPair((theirs, ours, expected) -> {
            if (!expected && !treeCheck(theirs, ours).isEmpty()) {
                refused.add(theirs + " | " + ours);
            }
        });
        assertThat(refused).containsExactlyInAnyOrderElementsOf(NO_TREE);
    }

    @Test
    void nothingCanBeRebasedOverAMove() {
        for (String ours : columns()) {
            List<Conflict> conflicts = new ConflictDetector()
                    .detect(Edits.moveOfGroup(), Edits.lookup(Edits.BASE), Edits.changes(2, ours));
            assertThat(conflicts)
                    .as(ours)
                    .extracting(Conflict::kind)
                    .containsExactly(ConflictKind.MOVE_OPERATION_CANNOT_BE_REBASED);
        }
    }

    private static List<Conflict> detect(String theirs, String ours) {
        ChangeSet theirChanges = Edits.changes(1, theirs);
        return new ConflictDetector()
                .detect(Edits.log(theirChanges), Edits.nodesAfter(theirChanges), Edits.changes(2, ours));
    }

    private static List<Conflict> treeCheck(String theirs, String ours) {
        return TreeCheck.find(Edits.commit(Edits.changes(1, theirs)), Edits.changes(2, ours), Map.of());
    }

    private interface Pair {
        void accept(String theirs, String ours, boolean conflict);
    }

    private static List<String> columns() {
        List<String> header = cells(REFERENCE.lines().findFirst().orElseThrow());
        return header.subList(1, header.size());
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    }

    private static void forEachPair(Pair pair) {
        List<String> columns = columns();
        REFERENCE.lines().skip(1).map(ConflictMatrixTest::cells).forEach(row -> {
            for (int i = 0; i < columns.size(); i++) {
                pair.accept(row.get(0), columns.get(i), row.get(i + 1).equals("C"));
            }
        });
    }
}
