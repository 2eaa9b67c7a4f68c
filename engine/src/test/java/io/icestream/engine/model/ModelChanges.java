package io.icestream.engine.model;

import io.icestream.engine.format.ChunkIndex;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a session of the plain model has changed, by node; also what a commit changed, as its log tells it. */
final class ModelChanges {
    /** A node that is gone. */
    record Gone(String path, boolean array) {}

    /** New metadata. */
    record Definition(int attribute, Optional<List<Integer>> shape) {}

    /** A node that is elsewhere. */
    record Move(String from, String to) {}

    final TreeMap<String, ModelNode> created = new TreeMap<>();
    final TreeMap<Long, Definition> updated = new TreeMap<>();
    final TreeMap<Long, Gone> deleted = new TreeMap<>();
    final TreeMap<Long, TreeMap<ChunkIndex, Optional<String>>> chunks = new TreeMap<>();
    final TreeMap<Long, Move> moved = new TreeMap<>();
    /** Created in a commit that was amended since; a log keeps what comes and goes. */
    final TreeMap<Long, Boolean> createdIds = new TreeMap<>();

    boolean isEmpty() {
        return created.isEmpty() && updated.isEmpty() && deleted.isEmpty() && chunks.isEmpty() && moved.isEmpty();
    }

    /** Whether a log says nothing. */
    boolean isEmptyLog() {
        return createdIds.isEmpty() && isEmpty();
    }

    boolean hasNetMoves() {
        return moved.values().stream().anyMatch(move -> !move.from().equals(move.to()));
    }

    boolean creates(long id) {
        return createdIds.containsKey(id) || created.values().stream().anyMatch(node -> node.id() == id);
    }

    SortedMap<ChunkIndex, Optional<String>> chunksOf(long id) {
        return chunks.computeIfAbsent(id, key -> new TreeMap<>());
    }

    /** As a log: what was created by id, and moves that lead somewhere. */
    ModelChanges log() {
        return new ModelChanges().union(this);
    }

    /** Both, one after the other, as the log of an amended commit and a difference over several commits have it. */
    ModelChanges union(ModelChanges then) {
        ModelChanges both = new ModelChanges();
        for (ModelChanges one : List.of(this, then)) {
            both.createdIds.putAll(one.createdIds);
            one.created.values().forEach(node -> both.createdIds.put(node.id(), node.isArray()));
            both.updated.putAll(one.updated);
            both.deleted.putAll(one.deleted);
            one.chunks.forEach((id, changes) -> both.chunksOf(id).putAll(changes));
            one.moved.forEach((id, move) -> both.moved.merge(id, move, (a, b) -> new Move(a.from(), b.to())));
        }
        both.moved.values().removeIf(move -> move.from().equals(move.to()));
        return both;
    }

    /** Makes the changes on another tree. */
    void applyTo(SortedMap<String, ModelNode> tree) {
        tree.values().removeIf(node -> deleted.containsKey(node.id()));
        TreeMap<String, ModelNode> there = new TreeMap<>();
        tree.forEach((path, node) -> {
            Move move = moved.get(node.id());
            there.put(move == null ? path : move.to(), node);
        });
        created.forEach((path, node) -> there.put(path, node.copy()));
        there.replaceAll((path, node) -> redefined(node));
        there.values().forEach(node -> rewrite(node, chunks.getOrDefault(node.id(), new TreeMap<>())));
        tree.clear();
        tree.putAll(there);
    }

    private ModelNode redefined(ModelNode node) {
        Definition definition = updated.get(node.id());
        return definition == null ? node : node.with(definition.attribute(), definition.shape());
    }

    private static void rewrite(ModelNode node, Map<ChunkIndex, Optional<String>> changes) {
        changes.forEach((chunk, text) -> text.ifPresentOrElse(
                there -> node.chunks().put(chunk, there), () -> node.chunks().remove(chunk)));
    }

    Set<ChunkIndex> clashes(long id, ModelChanges theirs) {
        TreeSet<ChunkIndex> both =
                new TreeSet<>(chunks.getOrDefault(id, new TreeMap<>()).keySet());
        both.retainAll(theirs.chunks.getOrDefault(id, new TreeMap<>()).keySet());
        return both;
    }
}
