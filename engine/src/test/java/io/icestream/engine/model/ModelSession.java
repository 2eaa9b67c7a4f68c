package io.icestream.engine.model;

import io.icestream.engine.format.ChunkIndex;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** A session of the plain model: a tree, and what was changed in it. */
final class ModelSession {
    private static long lastId;

    private final SortedMap<String, ModelNode> base;
    private SortedMap<String, ModelNode> tree;
    private ModelChanges changes = new ModelChanges();

    ModelSession(Map<String, ModelNode> base) {
        this.base = copy(base);
        this.tree = copy(base);
    }

    static SortedMap<String, ModelNode> copy(Map<String, ModelNode> tree) {
        TreeMap<String, ModelNode> copy = new TreeMap<>();
        tree.forEach((path, node) -> copy.put(path, node.copy()));
        return copy;
    }

    SortedMap<String, ModelNode> tree() {
        return tree;
    }

    ModelChanges changes() {
        return changes;
    }

    /** What a commit of this session makes: chunks outside are gone. */
    SortedMap<String, ModelNode> committed() {
        return trimmed(tree);
    }

    static SortedMap<String, ModelNode> trimmed(Map<String, ModelNode> tree) {
        SortedMap<String, ModelNode> trimmed = copy(tree);
        trimmed.values().stream()
                .filter(ModelNode::isArray)
                .forEach(node -> node.chunks().keySet().removeIf(chunk -> !node.contains(chunk)));
        return trimmed;
    }

    ModelNode node(String path) {
        return Optional.ofNullable(tree.get(path)).orElseThrow();
    }

    boolean isFree(String path) {
        return !tree.containsKey(path) && !hasArrayAbove(path);
    }

    boolean hasArrayAbove(String path) {
        return tree.entrySet().stream()
                .anyMatch(entry -> entry.getValue().isArray() && path.startsWith(entry.getKey() + "/"));
    }

    void discard() {
        tree = copy(base);
        changes = new ModelChanges();
    }

    void create(String path, int attribute, Optional<List<Integer>> shape) {
        ModelNode node = new ModelNode(++lastId, attribute, shape, new TreeMap<>());
        tree.put(path, node);
        changes.created.put(path, node.copy());
    }

    /** The same metadata again is no change. */
    void update(String path, int attribute, Optional<List<Integer>> shape) {
        ModelNode node = node(path);
        if (node.attribute() == attribute && node.shape().equals(shape)) {
            return;
        }
        tree.put(path, node.with(attribute, shape));
        ModelNode created = changes.created.get(path);
        if (created != null && created.id() == node.id()) {
            changes.created.put(path, created.with(attribute, shape));
        } else {
            changes.updated.put(node.id(), new ModelChanges.Definition(attribute, shape));
        }
    }

    void delete(String path) {
        for (String below : List.copyOf(tree.keySet())) {
            if (isIn(path, below)) {
                ModelNode node = node(below);
                tree.remove(below);
                changes.chunks.remove(node.id());
                changes.updated.remove(node.id());
                ModelNode created = changes.created.get(below);
                if (created != null && created.id() == node.id()) {
                    changes.created.remove(below);
                } else {
                    changes.deleted.put(node.id(), new ModelChanges.Gone(below, node.isArray()));
                }
            }
        }
    }

    static boolean isIn(String tree, String path) {
        return tree.equals("/") || path.equals(tree) || path.startsWith(tree + "/");
    }

    void set(String path, ChunkIndex chunk, String text) {
        ModelNode node = node(path);
        node.chunks().put(chunk, text);
        changes.chunksOf(node.id()).put(chunk, Optional.of(text));
    }

    /** Of a chunk that is absent too, but not of one outside. */
    void deleteChunk(String path, ChunkIndex chunk) {
        ModelNode node = node(path);
        if (node.contains(chunk)) {
            node.chunks().remove(chunk);
            changes.chunksOf(node.id()).put(chunk, Optional.empty());
        }
    }

    /** Empty where the chunk leaves the grid; places that lose their chunk and get none become vacant if asked for. */
    void reindex(String path, Function<ChunkIndex, Optional<ChunkIndex>> forward, boolean vacate) {
        ModelNode node = node(path);
        TreeMap<ChunkIndex, String> before = node.visible();
        TreeMap<ChunkIndex, Optional<String>> result = new TreeMap<>();
        if (vacate) {
            before.keySet().forEach(chunk -> result.put(chunk, Optional.empty()));
        }
        before.forEach((chunk, text) -> forward.apply(chunk).ifPresent(place -> result.put(place, Optional.of(text))));
        result.forEach((chunk, text) ->
                text.ifPresentOrElse(there -> set(path, chunk, there), () -> deleteChunk(path, chunk)));
    }

    boolean canMove(String from, String to) {
        String parent = to.lastIndexOf('/') == 0 ? "/" : to.substring(0, to.lastIndexOf('/'));
        ModelNode above = tree.get(parent);
        return !from.equals("/")
                && tree.containsKey(from)
                && !isIn(from, to)
                && !tree.containsKey(to)
                && above != null
                && !above.isArray();
    }

    void move(String from, String to) {
        for (String path : List.copyOf(tree.keySet())) {
            if (isIn(from, path)) {
                ModelNode node = node(path);
                tree.remove(path);
                String target = to + path.substring(from.length());
                tree.put(target, node);
                changes.moved.merge(
                        node.id(),
                        new ModelChanges.Move(path, target),
                        (before, then) -> new ModelChanges.Move(before.from(), then.to()));
            }
        }
    }
}
