package io.icestream.engine.conflict;

import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.TransactionLog;

/**
 * A commit that somebody else made after the snapshot that our changes are based on.
 *
 * @param log what it did
 * @param before the nodes that our changes were made on, just before the commit
 * @param after the nodes after it
 */
public record TheirCommit(TransactionLog log, NodeLookup before, NodeLookup after) {
    boolean updated(NodeId id) {
        return log.updatedArrays().contains(id) || log.updatedGroups().contains(id);
    }

    boolean created(NodeId id) {
        return log.newArrays().contains(id) || log.newGroups().contains(id);
    }

    boolean deleted(NodeId id) {
        return log.deletedArrays().contains(id) || log.deletedGroups().contains(id);
    }
}
