package io.icestream.engine.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.ChunkClashPolicy;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.conflict.DeletePolicy;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.io.File;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells what becomes of every pair of changes, made by two sessions that start from the same snapshot, under several
 * solvers. {@code interop/conflict_matrix.py} does the same with the reference client and compares.
 *
 * <p>Base: the root, a group {@code /g} and an array {@code /a} of four chunks, all of them stored. Argument: the file to
 * write, JSON from {@code theirs|ours|solver} to {@code commit} or the conflicts.
 */
public final class InteropConflicts {
    private static final NodePath A = NodePath.of("/a");
    private static final NodePath G = NodePath.of("/g");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final Map<String, Consumer<WritableSession>> EDITS = edits();
    private static final Map<String, String> MOVES =
            Map.of("move /a /x", "/a /x", "move /a /g/a", "/a /g/a", "move /g /h", "/g /h", "move /g /x", "/g /x");
    private static final Map<String, ConflictSolver> SOLVERS = solvers();

    private InteropConflicts() {}

    private static Map<String, ConflictSolver> solvers() {
        Map<String, ConflictSolver> solvers = new LinkedHashMap<>();
        solvers.put("detector", new ConflictDetector());
        solvers.put("basic", BasicConflictSolver.defaults());
        solvers.put("theirs", BasicConflictSolver.defaults().withOnChunkClash(ChunkClashPolicy.USE_THEIRS));
        solvers.put("fail", new BasicConflictSolver(ChunkClashPolicy.FAIL, DeletePolicy.FAIL, DeletePolicy.FAIL));
        return solvers;
    }

    private static Map<String, Consumer<WritableSession>> edits() {
        Map<String, Consumer<WritableSession>> edits = new LinkedHashMap<>();
        edits.put("set c0", session -> set(session, 0));
        edits.put("set c1", session -> set(session, 1));
        edits.put("set c3", session -> set(session, 3));
        edits.put("set c0 c1", session -> {
            set(session, 0);
            set(session, 1);
        });
        edits.put("del c0", session -> session.deleteChunk(A, ChunkIndex.of(0)));
        edits.put(
                "upd /a",
                session -> session.updateArray(
                        A, array(4).withAttributes(JSON.objectNode().put("k", 1))));
        edits.put("grow /a", session -> session.updateArray(A, array(6)));
        edits.put("grow /a set c5", session -> {
            session.updateArray(A, array(6));
            set(session, 5);
        });
        edits.put("shrink /a", session -> session.updateArray(A, array(2)));
        edits.put("del /a", session -> session.delete(A));
        edits.put("upd /", session -> session.updateGroup(NodePath.ROOT, group(1)));
        edits.put("upd /g", session -> session.updateGroup(G, group(1)));
        edits.put("del /g", session -> session.delete(G));
        edits.put("new grp /x", session -> session.createGroup(NodePath.of("/x"), GroupMetadata.empty()));
        edits.put("new arr /x", session -> session.createArray(NodePath.of("/x"), array(4)));
        edits.put("new /x/y", session -> session.createGroup(NodePath.of("/x/y"), GroupMetadata.empty()));
        edits.put("new /g/k", session -> session.createGroup(NodePath.of("/g/k"), GroupMetadata.empty()));
        edits.put("recreate /a", session -> {
            session.delete(A);
            session.createArray(A, array(4));
        });
        edits.put("recreate /a group", session -> {
            session.delete(A);
            session.createGroup(A, GroupMetadata.empty());
        });
        edits.put("recreate /g", session -> {
            session.delete(G);
            session.createGroup(G, GroupMetadata.empty());
        });
        edits.put("recreate /g array", session -> {
            session.delete(G);
            session.createArray(G, array(4));
        });
        return edits;
    }

    private static void set(WritableSession session, int chunk) {
        byte[] content = {(byte) (10 + chunk)};
        session.attach(A, ChunkIndex.of(chunk), new ChunkReference.Inline(Bytes.wrap(content)));
    }

    private static ArrayMetadata array(long length) {
        return ArrayMetadata.builder(DataType.UINT8, new long[] {length}, new long[] {1})
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build();
    }

    private static GroupMetadata group(int value) {
        return GroupMetadata.of(JSON.objectNode().put("k", value));
    }

    /**
     * Writes the matrix.
     *
     * @param arguments the file
     * @throws IOException if it cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        List<String> names = Stream.concat(
                        EDITS.keySet().stream(), MOVES.keySet().stream().sorted())
                .toList();
        ObjectNode matrix = JSON.objectNode();
        for (String theirs : names) {
            for (String ours : names) {
                SOLVERS.forEach(
                        (name, solver) -> matrix.put(theirs + "|" + ours + "|" + name, outcome(theirs, ours, solver)));
            }
        }
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(new File(arguments[0]), matrix);
        System.out.println("the engine has told what becomes of " + matrix.size() + " pairs");
    }

    private static String outcome(String theirs, String ours, ConflictSolver solver) {
        try (Repository repository = Repository.create(
                new InMemoryStorage("matrix", InstantSource.system()), RepositoryOptions.defaults())) {
            repository.transact("main", CommitRequest.of("base"), session -> {
                session.createGroup(NodePath.ROOT, GroupMetadata.empty());
                session.createGroup(G, GroupMetadata.empty());
                session.createArray(A, array(4));
                for (int chunk = 0; chunk < 4; chunk++) {
                    session.attach(A, ChunkIndex.of(chunk), new ChunkReference.Inline(Bytes.wrap(new byte[] {1})));
                }
            });
            Session late = changed(repository, ours);
            Session early = changed(repository, theirs);
            commit(early, CommitRequest.of("theirs")).orThrow();
            return describe(commit(late, CommitRequest.of("ours").solver(solver)));
        }
    }

    private static Session changed(Repository repository, String edit) {
        if (MOVES.containsKey(edit)) {
            RearrangeSession session = repository.rearrangeSession("main");
            String[] move = Objects.requireNonNull(MOVES.get(edit)).split(" ", 2);
            session.move(NodePath.of(move[0]), NodePath.of(move[1]));
            return session;
        }
        WritableSession session = repository.writableSession("main");
        Objects.requireNonNull(EDITS.get(edit)).accept(session);
        return session;
    }

    private static CommitOutcome commit(Session session, CommitRequest request) {
        return session instanceof RearrangeSession moving
                ? moving.commit(request)
                : ((WritableSession) session).commit(request);
    }

    private static String describe(CommitOutcome outcome) {
        if (!(outcome instanceof CommitOutcome.Refused refused)) {
            return "commit";
        }
        if (!(refused.reason() instanceof RefusalReason.Conflicts conflicts)) {
            return refused.reason().getClass().getSimpleName();
        }
        return conflicts.conflicts().stream()
                .map(InteropConflicts::describe)
                .sorted()
                .collect(Collectors.joining("; "));
    }

    private static String describe(Conflict conflict) {
        String chunks = conflict.chunks().stream().map(ChunkIndex::toString).collect(Collectors.joining(","));
        return conflict.kind() + " " + conflict.path() + (chunks.isEmpty() ? "" : " " + chunks);
    }
}
