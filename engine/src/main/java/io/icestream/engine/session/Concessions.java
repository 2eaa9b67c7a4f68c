package io.icestream.engine.session;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.conflict.NodeLookup;
import io.icestream.engine.conflict.Resolution;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What of our changes gives way to a commit of others, gathered over its logs and applied at once. */
final class Concessions {
    private final Map<NodeId, SortedSet<ChunkIndex>> dropped = new HashMap<>();
    private final Map<NodeId, NodeDefinition> redefined = new HashMap<>();
    private final Set<NodeId> notDeleted = new HashSet<>();

    void add(Resolution.Movable resolution) {
        resolution
                .dropped()
                .forEach((array, chunks) ->
                        dropped.computeIfAbsent(array, id -> new TreeSet<>()).addAll(chunks));
        redefined.putAll(resolution.redefined());
        notDeleted.addAll(resolution.notDeleted());
    }

    /** Metadata that was merged, by node. */
    Map<NodeId, NodeDefinition> redefined() {
        return Map.copyOf(redefined);
    }

    /** Nodes whose changes are not what they were. */
    Set<NodeId> nodes() {
        Set<NodeId> nodes = new HashSet<>(dropped.keySet());
        nodes.addAll(redefined.keySet());
        nodes.addAll(notDeleted);
        return nodes;
    }

    void apply(ChangeSet ours, NodeLookup after) {
        dropped.forEach(ours::dropChunkChanges);
        notDeleted.forEach(ours::dropDeletion);
        redefined.forEach((id, definition) -> {
            NodePath path = ours.findUpdated(id).orElseThrow().path();
            if (after.find(path)
                    .map(Node::userData)
                    .filter(definition.userData()::equals)
                    .isPresent()) {
                ours.dropUpdate(id);
            } else {
                ours.update(id, path, definition);
            }
        });
    }
}
