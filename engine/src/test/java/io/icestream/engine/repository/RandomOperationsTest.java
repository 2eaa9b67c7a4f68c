package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations on a repository and on a plain map, which must always agree: in the session, after the commit, in
 * every former snapshot, and after the repository is opened again. Two sessions take turns, so that commits are rebased
 * where they can be; where they cannot, the map forgets what the session did.
 */
class RandomOperationsTest {
    private static final List<String> ARRAYS = List.of("/a", "/g/b", "/g/h/c");
    private static final int STEPS = 300;

    /** What is at a path: the shape of an array, or nothing for a group; and its chunks. */
    private record Content(Optional<List<Long>> shape, TreeMap<String, String> chunks) {
        Content copy() {
            return new Content(shape, new TreeMap<>(chunks));
        }
    }

    private static final class Model {
        private final TreeMap<String, Content> nodes = new TreeMap<>();

        Model copy() {
            Model copy = new Model();
            nodes.forEach((path, content) -> copy.nodes.put(path, content.copy()));
            return copy;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void agreeWithAPlainMap(long seed) {
        Random random = new Random(seed);
        TestRepository test = TestRepository.empty(RepositoryOptions.defaults()
                .withConfig(RepositoryConfig.DEFAULT
                        .withSplitRules(List.of(new SplitRule(
                                new ArrayCondition.AnyArray(),
                                List.of(new SplitRule.DimensionSplit(
                                        new DimensionCondition.Any(), 1 + random.nextInt(5))))))
                        .withInlineChunkThresholdBytes(8)
                        .withUpdatesPerRepositoryObject(4)));
        Map<SnapshotId, Model> published = new TreeMap<>();
        Model model = new Model();
        WritableSession session = test.session();
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            if (random.nextInt(12) == 0 && session.hasChanges()) {
                SnapshotId id =
                        session.commit(CommitRequest.of(where)).orThrow().id();
                published.put(id, model.copy());
                session = test.session();
            } else {
                operation(random, session, model);
            }
            assertSame(session, model, where);
        }
        try (Repository reopened = test.reopened()) {
            published.forEach((id, expected) -> assertSame(
                    reopened.readonlySession(Version.snapshot(id)), expected, "seed " + seed + ", snapshot " + id));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void rebasedCommitsLeaveWhatBothDid(long seed) {
        Random random = new Random(seed);
        TestRepository test = TestRepository.withArrays();
        TreeMap<String, String> model = new TreeMap<>();
        for (int round = 0; round < 40; round++) {
            String where = "seed " + seed + ", round " + round;
            WritableSession first = test.session();
            WritableSession second = test.session();
            Map<String, String> firstChanges = change(random, first, "first " + round);
            Map<String, String> secondChanges = change(random, second, "second " + round);
            first.commit(CommitRequest.of("first")).orThrow();
            CommitOutcome outcome = second.commit(CommitRequest.of("second").solver(BasicConflictSolver.defaults()));
            assertThat(outcome).as(where).isInstanceOf(CommitOutcome.Committed.class);
            firstChanges.forEach((chunk, content) -> apply(model, chunk, content));
            secondChanges.forEach((chunk, content) -> apply(model, chunk, content));
            assertThat(chunks(test.tip())).as(where).isEqualTo(model);
        }
    }

    private static void apply(Map<String, String> model, String chunk, String content) {
        if (content.isEmpty()) {
            model.remove(chunk);
        } else {
            model.put(chunk, content);
        }
    }

    private static Map<String, String> change(Random random, WritableSession session, String content) {
        Map<String, String> changes = new TreeMap<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            NodePath array = random.nextBoolean() ? TestRepository.A : TestRepository.B;
            int chunk = random.nextInt(10);
            boolean delete = random.nextInt(4) == 0;
            if (delete) {
                session.deleteChunk(array, ChunkIndex.of(chunk));
            } else {
                session.attach(array, ChunkIndex.of(chunk), TestRepository.inline(content));
            }
            changes.put(array + " " + chunk, delete ? "" : content);
        }
        return changes;
    }

    private static SortedMap<String, String> chunks(Session session) {
        TreeMap<String, String> chunks = new TreeMap<>();
        for (NodePath array : List.of(TestRepository.A, TestRepository.B)) {
            session.chunkIndices(array)
                    .forEach(chunk ->
                            chunks.put(array + " " + chunk, TestRepository.text(session.readChunk(array, chunk))));
        }
        return chunks;
    }

    private static void operation(Random random, WritableSession session, Model model) {
        String path = ARRAYS.get(random.nextInt(ARRAYS.size()));
        Content content = model.nodes.get(path);
        if (content == null) {
            create(random, session, model, path);
            return;
        }
        switch (random.nextInt(10)) {
            case 0 -> delete(random, session, model, path);
            case 1, 2 -> resize(random, session, model, path);
            case 3, 4 -> deleteChunk(random, session, content, path);
            default -> setChunk(random, session, content, path);
        }
    }

    private static void create(Random random, WritableSession session, Model model, String path) {
        for (String group : List.of("/", "/g", "/g/h")) {
            boolean above = group.equals("/") || path.startsWith(group + "/");
            if (above && !model.nodes.containsKey(group)) {
                session.createGroup(NodePath.of(group), GroupMetadata.empty());
                model.nodes.put(group, new Content(Optional.empty(), new TreeMap<>()));
            }
        }
        long[] shape = {random.nextInt(9), random.nextInt(9)};
        session.createArray(NodePath.of(path), metadata(shape));
        model.nodes.put(path, new Content(Optional.of(List.of(shape[0], shape[1])), new TreeMap<>()));
    }

    private static ArrayMetadata metadata(long... shape) {
        return ArrayMetadata.builder(DataType.UINT8, shape, new long[] {1, 1})
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build();
    }

    private static void delete(Random random, WritableSession session, Model model, String path) {
        String target = random.nextBoolean() ? path : path.substring(0, Math.max(1, path.lastIndexOf('/')));
        session.delete(NodePath.of(target));
        String below = target.equals("/") ? "/" : target + "/";
        model.nodes.keySet().removeIf(node -> node.equals(target) || node.startsWith(below));
    }

    /**
     * In a session a chunk that falls outside comes back if the array grows again before the commit, so the model's
     * array only grows unless its chunks are deleted first.
     */
    private static void resize(Random random, WritableSession session, Model model, String path) {
        long[] shape = {random.nextInt(9), random.nextInt(9)};
        Content content = model.nodes.get(path);
        if (content == null) {
            return;
        }
        List<String> outside = new ArrayList<>();
        for (String chunk : content.chunks().keySet()) {
            String[] index = chunk.split("/", -1);
            if (Long.parseLong(index[0]) >= shape[0] || Long.parseLong(index[1]) >= shape[1]) {
                outside.add(chunk);
            }
        }
        for (String chunk : outside) {
            String[] index = chunk.split("/", -1);
            session.deleteChunk(NodePath.of(path), ChunkIndex.of(Long.parseLong(index[0]), Long.parseLong(index[1])));
            content.chunks().remove(chunk);
        }
        session.updateArray(NodePath.of(path), metadata(shape));
        model.nodes.put(path, new Content(Optional.of(List.of(shape[0], shape[1])), content.chunks()));
    }

    private static Optional<ChunkIndex> anyChunk(Random random, Content content) {
        List<Long> shape = content.shape().orElseThrow();
        if (shape.contains(0L)) {
            return Optional.empty();
        }
        return Optional.of(ChunkIndex.of(random.nextLong(shape.get(0)), random.nextLong(shape.get(1))));
    }

    private static void setChunk(Random random, WritableSession session, Content content, String path) {
        anyChunk(random, content).ifPresent(chunk -> {
            String text = "x".repeat(1 + random.nextInt(15)) + random.nextInt(1000);
            session.setChunk(NodePath.of(path), chunk, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            content.chunks().put(chunk.toString(), text);
        });
    }

    private static void deleteChunk(Random random, WritableSession session, Content content, String path) {
        anyChunk(random, content).ifPresent(chunk -> {
            session.deleteChunk(NodePath.of(path), chunk);
            content.chunks().remove(chunk.toString());
        });
    }

    private static void assertSame(Session session, Model model, String where) {
        assertThat(session.nodes().stream().map(node -> node.path().toString()))
                .as(where)
                .containsExactlyElementsOf(model.nodes.keySet());
        for (Node node : session.nodes()) {
            Content content =
                    model.nodes.getOrDefault(node.path().toString(), new Content(Optional.empty(), new TreeMap<>()));
            if (node.kind() == NodeKind.ARRAY) {
                TreeMap<String, String> chunks = new TreeMap<>();
                session.chunkIndices(node.path())
                        .forEach(chunk -> chunks.put(
                                chunk.toString(), TestRepository.text(session.readChunk(node.path(), chunk))));
                assertThat(chunks).as(where + ", " + node.path()).isEqualTo(content.chunks());
                long[] shape = session.arrayMetadata(node.path()).shape();
                assertThat(List.of(shape[0], shape[1]))
                        .isEqualTo(content.shape().orElseThrow());
            }
        }
    }
}
