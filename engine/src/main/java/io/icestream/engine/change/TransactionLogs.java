package io.icestream.engine.change;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes the transaction log of a commit from its changes. Source: Icechunk specification 2, transaction logs. */
public final class TransactionLogs {
    private TransactionLogs() {}

    /**
     * Records what a change set does. A resize is an update of the array; chunks that fall out of the new shape are not
     * listed.
     *
     * @param id the snapshot that the changes lead to
     * @param changes the changes
     * @return the log
     */
    public static TransactionLog of(SnapshotId id, ChangeSet changes) {
        return new TransactionLog(
                id,
                created(changes, NodeKind.GROUP),
                created(changes, NodeKind.ARRAY),
                deleted(changes, NodeKind.GROUP),
                deleted(changes, NodeKind.ARRAY),
                updated(changes, NodeKind.GROUP),
                updated(changes, NodeKind.ARRAY),
                updatedChunks(changes),
                List.of());
    }

    private static SortedSet<NodeId> created(ChangeSet changes, NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        for (ChangeSet.NewNode node : changes.newNodes().values()) {
            if (node.definition().kind() == kind) {
                ids.add(node.id());
            }
        }
        return ids;
    }

    private static SortedSet<NodeId> deleted(ChangeSet changes, NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        changes.deletedNodes().forEach((id, node) -> {
            if (node.kind() == kind) {
                ids.add(id);
            }
        });
        return ids;
    }

    private static SortedSet<NodeId> updated(ChangeSet changes, NodeKind kind) {
        SortedSet<NodeId> ids = new TreeSet<>();
        changes.updatedNodes().forEach((id, node) -> {
            if (node.definition().kind() == kind) {
                ids.add(id);
            }
        });
        return ids;
    }

    private static SortedMap<NodeId, List<ChunkIndex>> updatedChunks(ChangeSet changes) {
        SortedMap<NodeId, List<ChunkIndex>> chunks = new TreeMap<>();
        changes.chunkChanges()
                .forEach((id, changed) ->
                        chunks.put(id, new ArrayList<>(changed.all().keySet())));
        return chunks;
    }
}
