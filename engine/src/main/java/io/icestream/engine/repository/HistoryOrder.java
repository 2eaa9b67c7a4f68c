package io.icestream.engine.repository;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** The snapshots that a drawing of the history shows, in the order of its rows, with the names of the refs on them. */
final class HistoryOrder {
    private static final Comparator<SnapshotEntry> NEWEST_FIRST = Comparator.comparing(SnapshotEntry::flushedAt)
            .thenComparing(SnapshotEntry::id)
            .reversed();

    private final Map<SnapshotId, List<String>> names = new HashMap<>();
    private final List<SnapshotEntry> rows;

    HistoryOrder(RepositoryInfo info) {
        new TreeMap<>(info.branches()).forEach((name, id) -> name(id, name));
        new TreeMap<>(info.tags()).forEach((name, id) -> name(id, "tag: " + name));
        this.rows = ordered(reached(info));
    }

    private void name(SnapshotId id, String name) {
        names.computeIfAbsent(id, key -> new ArrayList<>()).add(name);
    }

    private Map<SnapshotId, SnapshotEntry> reached(RepositoryInfo info) {
        Map<SnapshotId, SnapshotEntry> entries = new HashMap<>();
        names.keySet()
                .forEach(tip -> info.snapshots()
                        .ancestry(tip)
                        .takeWhile(entry -> !entries.containsKey(entry.id()))
                        .toList()
                        .forEach(entry -> entries.put(entry.id(), entry)));
        return entries;
    }

    /** Each before its parent, otherwise the newest first. */
    private static List<SnapshotEntry> ordered(Map<SnapshotId, SnapshotEntry> entries) {
        Map<SnapshotId, Integer> children = new HashMap<>();
        entries.values().forEach(entry -> entry.parent().ifPresent(parent -> children.merge(parent, 1, Integer::sum)));
        PriorityQueue<SnapshotEntry> ready = new PriorityQueue<>(NEWEST_FIRST);
        entries.values().stream()
                .filter(entry -> !children.containsKey(entry.id()))
                .forEach(ready::add);
        List<SnapshotEntry> ordered = new ArrayList<>(entries.size());
        while (!ready.isEmpty()) {
            SnapshotEntry next = ready.remove();
            ordered.add(next);
            next.parent()
                    .filter(parent -> children.merge(parent, -1, Integer::sum) == 0)
                    .ifPresent(parent -> ready.add(entries.get(parent)));
        }
        return ordered;
    }

    /** Every snapshot that a ref reaches, each before its parent. */
    List<SnapshotEntry> rows() {
        return rows;
    }

    /** Branches, then tags, that point to a snapshot. */
    List<String> names(SnapshotId id) {
        return names.getOrDefault(id, List.of());
    }

    static String firstLine(SnapshotEntry entry) {
        return entry.message().lines().findFirst().orElse("");
    }
}
