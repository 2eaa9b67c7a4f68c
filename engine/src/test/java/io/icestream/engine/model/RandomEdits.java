package io.icestream.engine.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Edits by chance, made in a session and in its model. What the model expects to be refused must be refused by type. */
final class RandomEdits {
    private final Random random;
    private final Repository repository;
    private final SortedMap<String, Integer> counts;

    RandomEdits(Random random, Repository repository, SortedMap<String, Integer> counts) {
        this.random = random;
        this.repository = repository;
        this.counts = counts;
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    void make(int edits, WritableSession session, ModelSession model) {
        for (int i = 0; i < edits; i++) {
            make(session, model);
        }
    }

    private void make(WritableSession session, ModelSession model) {
        if (!model.tree().containsKey("/")) {
            session.createGroup(NodePath.ROOT, group(0));
            model.create("/", 0, Optional.empty());
        }
        List<String> arrays = arrays(model);
        switch (arrays.isEmpty() ? random.nextInt(6) : random.nextInt(20)) {
            case 0, 1, 2 -> create(session, model);
            case 3 -> update(session, model, anyOf(List.copyOf(model.tree().keySet())));
            case 4 -> delete(session, model);
            case 5 -> refuseNodes(session, model);
            case 6, 7 -> resize(session, model, anyOf(arrays));
            case 8, 9, 10, 11 -> set(session, model, anyOf(arrays));
            case 12 -> setMany(session, model, anyOf(arrays));
            case 13 -> attach(session, model, anyOf(arrays));
            case 14, 15 -> deleteChunk(session, model, anyOf(arrays));
            case 16 -> shift(session, model, anyOf(arrays));
            case 17 -> reverse(session, model, anyOf(arrays));
            case 18 -> collide(session, model, anyOf(arrays));
            default -> refuseChunks(session, model, anyOf(arrays));
        }
    }

    private static List<String> arrays(ModelSession model) {
        return model.tree().entrySet().stream()
                .filter(entry -> entry.getValue().isArray())
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    private <T> T anyOf(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    private static ObjectNode attributes(int k) {
        return JsonNodeFactory.instance.objectNode().put("k", k);
    }

    static GroupMetadata group(int k) {
        return GroupMetadata.of(attributes(k));
    }

    private static ArrayMetadata array(int k, List<Integer> shape) {
        long[] lengths = shape.stream().mapToLong(Integer::longValue).toArray();
        long[] chunks = new long[lengths.length];
        Arrays.fill(chunks, ModelNode.CHUNK);
        return ArrayMetadata.builder(DataType.UINT8, lengths, chunks)
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build()
                .withAttributes(attributes(k));
    }

    private List<Integer> anyShape(int rank) {
        List<Integer> shape = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            shape.add(random.nextInt(rank == 1 ? 12 : 7));
        }
        return shape;
    }

    private void create(WritableSession session, ModelSession model) {
        String parent = anyOf(List.copyOf(model.tree().keySet()));
        String path = (parent.equals("/") ? "" : parent) + "/" + "abcd".charAt(random.nextInt(4));
        if (path.length() > 6) {
            return;
        }
        int k = random.nextInt(3);
        boolean asArray = random.nextInt(5) < 3;
        List<Integer> shape = anyShape(1 + random.nextInt(2));
        Runnable create = asArray
                ? () -> session.createArray(NodePath.of(path), array(k, shape))
                : () -> session.createGroup(NodePath.of(path), group(k));
        if (model.tree().containsKey(path)) {
            refused("create", AlreadyExistsException.class, create);
        } else if (model.hasArrayAbove(path)) {
            refused("create below an array", IllegalArgumentException.class, create);
        } else {
            count("create");
            create.run();
            model.create(path, k, asArray ? Optional.of(shape) : Optional.empty());
        }
    }

    private void refused(String what, Class<? extends Exception> type, Runnable call) {
        count("refused: " + what);
        assertThatThrownBy(call::run).as(what).isInstanceOf(type);
    }

    private void update(WritableSession session, ModelSession model, String path) {
        int k = random.nextInt(3);
        Optional<List<Integer>> shape = model.node(path).shape();
        if (shape.isPresent()) {
            session.updateArray(NodePath.of(path), array(k, shape.get()));
        } else {
            session.updateGroup(NodePath.of(path), group(k));
        }
        model.update(path, k, shape);
        count("update");
    }

    private void resize(WritableSession session, ModelSession model, String path) {
        ModelNode node = model.node(path);
        List<Integer> shape = anyShape(node.shape().orElseThrow().size());
        session.updateArray(NodePath.of(path), array(node.attribute(), shape));
        model.update(path, node.attribute(), Optional.of(shape));
        count("resize");
    }

    private void delete(WritableSession session, ModelSession model) {
        List<String> paths = List.copyOf(model.tree().keySet());
        String path = anyOf(paths);
        if (path.equals("/") && random.nextInt(4) > 0) {
            return;
        }
        session.delete(NodePath.of(path));
        model.delete(path);
        count("delete");
    }

    private void refuseNodes(WritableSession session, ModelSession model) {
        NodePath nowhere = NodePath.of("/nowhere");
        refused("update of nothing", NotFoundException.class, () -> session.updateGroup(nowhere, group(1)));
        refused("delete of nothing", NotFoundException.class, () -> session.delete(nowhere));
        refused("chunk of nothing", NotFoundException.class, () -> session.deleteChunk(nowhere, ChunkIndex.of(0)));
        refused(
                "array as group",
                NotFoundException.class,
                () -> session.updateArray(NodePath.ROOT, array(0, List.of(1))));
        for (String path : arrays(model)) {
            int other = 3 - model.node(path).shape().orElseThrow().size();
            refused(
                    "another rank",
                    IllegalArgumentException.class,
                    () -> session.updateArray(NodePath.of(path), array(0, anyShape(other))));
        }
    }

    /** A chunk inside the array, or empty if it has none. */
    private Optional<ChunkIndex> anyChunk(ModelNode node) {
        long[] index = new long[node.shape().orElseThrow().size()];
        for (int axis = 0; axis < index.length; axis++) {
            int count = counts(node)[axis];
            if (count == 0) {
                return Optional.empty();
            }
            index[axis] = random.nextInt(count);
        }
        return Optional.of(ChunkIndex.of(index));
    }

    private static int[] counts(ModelNode node) {
        return node.shape().orElseThrow().stream()
                .mapToInt(length -> (length + ModelNode.CHUNK - 1) / ModelNode.CHUNK)
                .toArray();
    }

    /** Inline or in an object of its own. */
    private String anyText() {
        return random.nextBoolean() ? "t" + random.nextInt(1000) : "text of an object " + random.nextInt(1000);
    }

    private void set(WritableSession session, ModelSession model, String path) {
        anyChunk(model.node(path)).ifPresent(chunk -> {
            String text = anyText();
            session.setChunk(NodePath.of(path), chunk, Scene.bytes(text));
            model.set(path, chunk, text);
            count("set");
        });
    }

    private void setMany(WritableSession session, ModelSession model, String path) {
        TreeMap<ChunkIndex, String> chunks = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            anyChunk(model.node(path)).ifPresent(chunk -> chunks.put(chunk, anyText()));
        }
        session.setChunks(
                NodePath.of(path),
                chunks.keySet(),
                chunk -> Scene.bytes(Optional.ofNullable(chunks.get(chunk)).orElseThrow()));
        chunks.forEach((chunk, text) -> model.set(path, chunk, text));
        count("set many");
    }

    private void attach(WritableSession session, ModelSession model, String path) {
        anyChunk(model.node(path)).ifPresent(chunk -> {
            String text = anyText();
            session.attach(NodePath.of(path), chunk, repository.putChunk(Scene.bytes(text)));
            model.set(path, chunk, text);
            count("attach");
        });
    }

    private void deleteChunk(WritableSession session, ModelSession model, String path) {
        ModelNode node = model.node(path);
        long[] index = new long[counts(node).length];
        for (int axis = 0; axis < index.length; axis++) {
            index[axis] = random.nextInt(counts(node)[axis] + 1);
        }
        ChunkIndex chunk = ChunkIndex.of(index);
        session.deleteChunk(NodePath.of(path), chunk);
        model.deleteChunk(path, chunk);
        count("delete chunk");
    }

    private void shift(WritableSession session, ModelSession model, String path) {
        int[] grid = counts(model.node(path));
        long[] offset = new long[grid.length];
        for (int axis = 0; axis < offset.length; axis++) {
            offset[axis] = random.nextLong(5) - 2;
        }
        session.shiftArray(NodePath.of(path), offset);
        if (Arrays.stream(offset).anyMatch(entry -> entry != 0)) {
            model.reindex(path, chunk -> moved(chunk, offset, grid), true);
        }
        count("shift");
        refused(
                "shift by a wrong number of offsets",
                IllegalArgumentException.class,
                () -> session.shiftArray(NodePath.of(path), new long[grid.length + 1]));
    }

    private static Optional<ChunkIndex> moved(ChunkIndex chunk, long[] offset, int[] grid) {
        long[] index = chunk.toArray();
        for (int axis = 0; axis < index.length; axis++) {
            index[axis] += offset[axis];
            if (index[axis] < 0 || index[axis] >= grid[axis]) {
                return Optional.empty();
            }
        }
        return Optional.of(ChunkIndex.of(index));
    }

    private void reverse(WritableSession session, ModelSession model, String path) {
        int last = counts(model.node(path))[0] - 1;
        Function<ChunkIndex, Optional<ChunkIndex>> reversed = chunk -> {
            long[] index = chunk.toArray();
            index[0] = last - index[0];
            return Optional.of(ChunkIndex.of(index));
        };
        boolean vacate = random.nextBoolean();
        if (vacate) {
            session.reindexArray(NodePath.of(path), reversed, reversed);
        } else {
            session.reindexArray(NodePath.of(path), reversed);
        }
        model.reindex(path, reversed, vacate);
        count("reindex");
    }

    private void collide(WritableSession session, ModelSession model, String path) {
        ModelNode node = model.node(path);
        ChunkIndex first = ChunkIndex.of(new long[counts(node).length]);
        Function<ChunkIndex, Optional<ChunkIndex>> allToOne = chunk -> Optional.of(first);
        if (node.visible().size() > 1) {
            refused(
                    "two chunks to one place",
                    IllegalArgumentException.class,
                    () -> session.reindexArray(NodePath.of(path), allToOne));
        } else {
            session.reindexArray(NodePath.of(path), allToOne);
            model.reindex(path, allToOne, false);
            count("reindex");
        }
    }

    private void refuseChunks(WritableSession session, ModelSession model, String path) {
        NodePath array = NodePath.of(path);
        int[] grid = counts(model.node(path));
        long[] outside = Arrays.stream(grid).asLongStream().toArray();
        refused(
                "chunk outside",
                IllegalArgumentException.class,
                () -> session.setChunk(array, ChunkIndex.of(outside), Scene.bytes("x")));
        refused(
                "chunk of another rank",
                IllegalArgumentException.class,
                () -> session.attach(array, ChunkIndex.of(new long[grid.length + 1]), Scene.inline("x")));
        anyChunk(model.node(path))
                .ifPresent(chunk -> refused(
                        "empty chunk",
                        IllegalArgumentException.class,
                        () -> session.setChunk(array, chunk, Scene.bytes(""))));
    }

    /** Moves that the model allows, and some that it does not. */
    void move(int moves, RearrangeSession session, ModelSession model) {
        for (int i = 0; i < moves && model.tree().size() > 1; i++) {
            List<String> paths = List.copyOf(model.tree().keySet());
            String from = anyOf(paths);
            String parent = anyOf(paths);
            String to = (parent.equals("/") ? "" : parent) + "/" + "abcde".charAt(random.nextInt(5));
            if (model.canMove(from, to)) {
                count("move");
                session.move(NodePath.of(from), NodePath.of(to));
                model.move(from, to);
            } else {
                refused("move", RuntimeException.class, () -> session.move(NodePath.of(from), NodePath.of(to)));
            }
        }
    }
}
