package io.icestream.engine.change;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was added to a change set since a copy of it was made, told as the transaction log of a commit that began with the
 * copy committed. Cost: all changes are looked at.
 */
public final class ChangeSetDifference {
    private final Map<NodeId, NodeDefinition> before;
    private final Map<NodeId, NodeDefinition> after;
    private final ChangeSet earlier;
    private final ChangeSet later;

    private ChangeSetDifference(ChangeSet earlier, ChangeSet later) {
        this.earlier = earlier;
        this.later = later;
        this.before = created(earlier);
        this.after = created(later);
    }

    /**
     * Compares two states of one change set.
     *
     * @param id what to call the log
     * @param earlier the former state
     * @param later the present state; it has no moves
     * @return what was done in between
     */
    public static TransactionLog between(SnapshotId id, ChangeSet earlier, ChangeSet later) {
        return new ChangeSetDifference(earlier, later).log(id);
    }

    private TransactionLog log(SnapshotId id) {
        return new TransactionLog(
                id,
                news(NodeKind.GROUP),
                news(NodeKind.ARRAY),
                deletions(NodeKind.GROUP),
                deletions(NodeKind.ARRAY),
                updates(NodeKind.GROUP),
                updates(NodeKind.ARRAY),
                chunks(),
                List.of());
    }

    private static Map<NodeId, NodeDefinition> created(ChangeSet changes) {
        Map<NodeId, NodeDefinition> definitions = new HashMap<>();
        changes.newNodes().values().forEach(node -> definitions.put(node.id(), node.definition()));
        return definitions;
    }

    private SortedSet<NodeId> news(NodeKind kind) {
        return missing(after, before, kind);
    }

    private SortedSet<NodeId> deletions(NodeKind kind) {
        SortedSet<NodeId> ids = missing(before, after, kind);
        later.deletedNodes().forEach((id, node) -> {
            if (node.kind() == kind && !earlier.isDeleted(id)) {
                ids.add(id);
            }
        });
        return ids;
    }

    private static SortedSet<NodeId> missing(
            Map<NodeId, NodeDefinition> here, Map<NodeId, NodeDefinition> there, NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        here.forEach((id, definition) -> {
            if (definition.kind() == kind && !there.containsKey(id)) {
                ids.add(id);
            }
        });
        return ids;
    }

    private SortedSet<NodeId> updates(NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        after.forEach((id, definition) -> {
            NodeDefinition former = before.get(id);
            if (former != null && definition.kind() == kind && !former.equals(definition)) {
                ids.add(id);
            }
        });
        later.updatedNodes().forEach((id, node) -> {
            boolean same = earlier.findUpdated(id)
                    .filter(former -> former.definition().equals(node.definition()))
                    .isPresent();
            if (node.definition().kind() == kind && !same) {
                ids.add(id);
            }
        });
        return ids;
    }

    private SortedMap<NodeId, List<ChunkIndex>> chunks() {
        SortedMap<NodeId, List<ChunkIndex>> changed = new TreeMap<>();
        later.chunkChanges().forEach((id, chunks) -> {
            Collection<ChunkIndex> indices = chunks.all().entrySet().stream()
                    .filter(change -> !Objects.equals(
                            earlier.findChunkChanges(id).flatMap(former -> former.find(change.getKey())),
                            Optional.of(change.getValue())))
                    .map(Map.Entry::getKey)
                    .toList();
            if (!indices.isEmpty()) {
                changed.put(id, List.copyOf(indices));
            }
        });
        return changed;
    }
}
