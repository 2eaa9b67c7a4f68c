package io.icestream.engine.repository;

import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.ref.ReferenceView;
import io.icestream.engine.session.Diff;
import io.icestream.engine.storage.ObjectNotFoundException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares two snapshots by the transaction logs in between. */
final class DiffReader {
    private static final Logger LOG = LoggerFactory.getLogger(DiffReader.class);

    private final AssetStore assets;

    DiffReader(AssetStore assets) {
        this.assets = assets;
    }

    Diff read(ReferenceView view, SnapshotId from, SnapshotId to) {
        List<TransactionLog> logs = new ArrayList<>();
        for (SnapshotEntry commit : between(view, from, to)) {
            commit.prunedAncestorLogs().forEach(id -> find(id).ifPresent(logs::add));
            logs.add(assets.fetchTransactionLog(commit.id()));
        }
        return Diff.of(
                logs,
                assets.fetchSnapshot(from).nodes(),
                assets.fetchSnapshot(to).nodes());
    }

    /** Expired logs may be gone: releases of other implementations collected them. */
    private Optional<TransactionLog> find(SnapshotId id) {
        try {
            return Optional.of(assets.fetchTransactionLog(id));
        } catch (ObjectNotFoundException e) {
            LOG.warn("The log of the expired commit {} is gone; a difference does not have what it did", id);
            return Optional.empty();
        }
    }

    /** The commits after {@code from} up to {@code to}, oldest first. */
    private static Deque<SnapshotEntry> between(ReferenceView view, SnapshotId from, SnapshotId to) {
        Deque<SnapshotEntry> commits = new ArrayDeque<>();
        Iterator<SnapshotEntry> history = view.history(to).iterator();
        while (history.hasNext()) {
            SnapshotEntry entry = history.next();
            if (entry.id().equals(from)) {
                return commits;
            }
            commits.addFirst(entry);
        }
        throw new IllegalArgumentException("Cannot compare " + from + " with " + to
                + ": the former is not in the history of the latter; swap them, or choose two points of one history");
    }
}
