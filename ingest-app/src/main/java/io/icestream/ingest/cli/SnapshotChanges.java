package io.icestream.ingest.cli;

import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.session.Session;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What one commit changed, with paths instead of node ids. */
final class SnapshotChanges {
    private final Map<NodeId, String> paths = new HashMap<>();
    private final TransactionLog log;

    /**
     * @param log the log of the commit
     * @param before the parent's snapshot, which knows the paths of deleted nodes; empty if it is gone
     * @param after the commit's snapshot
     */
    SnapshotChanges(TransactionLog log, Optional<? extends Session> before, Session after) {
        this.log = log;
        before.ifPresent(session -> learn(session.nodes()));
        learn(after.nodes());
    }

    /**
     * One changed node.
     *
     * @param action {@code created}, {@code changed}, {@code deleted} or {@code moved}
     * @param kind {@code group} or {@code array}
     * @param path where it is, or its id if that is not known any more
     * @param chunks chunks written or deleted
     */
    record Change(String action, String kind, String path, int chunks) {}

    private void learn(List<Node> nodes) {
        nodes.forEach(node -> paths.put(node.id(), node.path().toString()));
    }

    /** {@return the changes in the order of the paths} */
    List<Change> list() {
        Stream<Change> groups = Stream.of(
                        changes("created", "group", log.newGroups()),
                        changes("changed", "group", log.updatedGroups()),
                        changes("deleted", "group", log.deletedGroups()))
                .flatMap(stream -> stream);
        Stream<Change> arrays = Stream.of(
                        changes("created", "array", log.newArrays()),
                        changes("changed", "array", changedArrays()),
                        changes("deleted", "array", log.deletedArrays()))
                .flatMap(stream -> stream);
        Stream<Change> moves =
                log.moves().stream().map(move -> new Change("moved", "node", move.from() + " to " + move.to(), 0));
        return Stream.of(groups, arrays, moves)
                .flatMap(stream -> stream)
                .sorted(Comparator.comparing(Change::path))
                .toList();
    }

    private Collection<NodeId> changedArrays() {
        return Stream.concat(log.updatedArrays().stream(), log.updatedChunks().keySet().stream())
                .filter(id ->
                        !log.newArrays().contains(id) && !log.deletedArrays().contains(id))
                .distinct()
                .toList();
    }

    private Stream<Change> changes(String action, String kind, Collection<NodeId> nodes) {
        return nodes.stream()
                .map(id -> new Change(
                        action,
                        kind,
                        paths.getOrDefault(id, "node " + id),
                        log.updatedChunks().getOrDefault(id, List.of()).size()));
    }
}
