package io.icestream.engine.model;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.session.Diff;
import io.icestream.engine.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is seen of the engine and of the plain model, as texts that are equal if the two agree. */
final class ModelTexts {
    private ModelTexts() {}

    static String of(Map<String, ModelNode> tree) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(tree).forEach((path, node) -> {
            text.append(path).append(" k=").append(node.attribute());
            node.shape()
                    .ifPresent(
                            shape -> text.append(' ').append(shape).append(' ').append(node.visible()));
            text.append('\n');
        });
        return text.toString();
    }

    static String of(Session session) {
        TreeMap<String, String> lines = new TreeMap<>();
        session.nodes().forEach(node -> lines.put(node.path().toString(), describe(session, node)));
        StringBuilder text = new StringBuilder();
        lines.forEach((path, line) -> text.append(path).append(line).append('\n'));
        return text.toString();
    }

    private static String describe(Session session, Node node) {
        if (node.kind() == NodeKind.GROUP) {
            return " k="
                    + session.groupMetadata(node.path()).attributes().path("k").asInt();
        }
        var metadata = session.arrayMetadata(node.path());
        TreeMap<ChunkIndex, String> chunks = new TreeMap<>();
        session.chunkIndices(node.path())
                .forEach(chunk -> chunks.put(
                        chunk,
                        session.readChunk(node.path(), chunk)
                                .map(bytes ->
                                        StandardCharsets.UTF_8.decode(bytes).toString())
                                .orElse("listed and absent")));
        return " k=" + metadata.attributes().path("k").asInt() + " " + Arrays.toString(metadata.shape()) + " " + chunks;
    }

    static String of(Diff diff) {
        List<String> moves = new ArrayList<>();
        diff.moves().forEach(move -> moves.add(move.from() + ">" + move.to()));
        return describe(
                new TreeSet<>(strings(diff.newGroups())),
                new TreeSet<>(strings(diff.newArrays())),
                new TreeSet<>(strings(diff.deletedGroups())),
                new TreeSet<>(strings(diff.deletedArrays())),
                new TreeSet<>(strings(diff.updatedGroups())),
                new TreeSet<>(strings(diff.updatedArrays())),
                new TreeSet<>(diff.updatedChunks().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .toList()),
                new TreeSet<>(moves));
    }

    private static List<String> strings(Iterable<?> items) {
        List<String> strings = new ArrayList<>();
        items.forEach(item -> strings.add(item.toString()));
        return strings;
    }

    static String of(ModelChanges log, Map<String, ModelNode> before, Map<String, ModelNode> after) {
        TreeMap<Long, String> paths = new TreeMap<>();
        before.forEach((path, node) -> paths.put(node.id(), path));
        after.forEach((path, node) -> paths.put(node.id(), path));
        List<TreeSet<String>> sets = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            sets.add(new TreeSet<>());
        }
        log.createdIds.forEach((id, array) -> add(sets.get(array ? 1 : 0), paths, id));
        log.deleted.forEach((id, gone) -> add(sets.get(gone.array() ? 3 : 2), paths, id));
        log.updated.forEach((id, definition) -> add(sets.get(definition.shape().isPresent() ? 5 : 4), paths, id));
        // A node and the one that took its place are told under one path.
        TreeMap<String, TreeSet<ChunkIndex>> chunks = new TreeMap<>();
        log.chunks.forEach((id, changes) -> Optional.ofNullable(paths.get(id))
                .ifPresent(path ->
                        chunks.computeIfAbsent(path, key -> new TreeSet<>()).addAll(changes.keySet())));
        chunks.forEach((path, changed) -> sets.get(6).add(path + " " + changed));
        log.moved.values().forEach(move -> sets.get(7).add(move.from() + ">" + move.to()));
        return describe(sets.toArray(TreeSet[]::new));
    }

    private static void add(Set<String> set, Map<Long, String> paths, long id) {
        Optional.ofNullable(paths.get(id)).ifPresent(set::add);
    }

    private static String describe(TreeSet<?>... sets) {
        return Arrays.toString(sets);
    }

    static String of(UpdateKind kind) {
        if (kind instanceof UpdateKind.NewCommit commit) {
            return "commit " + commit.branch();
        } else if (kind instanceof UpdateKind.CommitAmended amended) {
            return "amend " + amended.branch();
        } else if (kind instanceof UpdateKind.BranchCreated created) {
            return "create branch " + created.name();
        } else if (kind instanceof UpdateKind.BranchDeleted deleted) {
            return "delete branch " + deleted.name();
        } else if (kind instanceof UpdateKind.BranchReset reset) {
            return "reset " + reset.name();
        } else if (kind instanceof UpdateKind.TagCreated created) {
            return "create tag " + created.name();
        } else if (kind instanceof UpdateKind.TagDeleted deleted) {
            return "delete tag " + deleted.name();
        }
        return kind.getClass().getSimpleName();
    }
}
