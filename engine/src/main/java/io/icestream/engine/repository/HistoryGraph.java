package io.icestream.engine.repository;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Draws the history of all branches and tags as text, newest first, one line per snapshot. Each branch of history has a
 * column; where two come from one snapshot, a line of strokes joins their columns.
 */
final class HistoryGraph {
    private final RepositoryInfo info;
    private final Map<SnapshotId, List<String>> names = new HashMap<>();
    /** The snapshot that each column waits for. */
    private final List<SnapshotId> columns = new ArrayList<>();

    private final StringBuilder text = new StringBuilder();

    private HistoryGraph(RepositoryInfo info) {
        this.info = info;
        new TreeMap<>(info.branches()).forEach((name, id) -> name(id, name));
        new TreeMap<>(info.tags()).forEach((name, id) -> name(id, "tag: " + name));
    }

    private void name(SnapshotId id, String name) {
        names.computeIfAbsent(id, key -> new ArrayList<>()).add(name);
    }

    static String draw(RepositoryInfo info) {
        HistoryGraph graph = new HistoryGraph(info);
        graph.ordered().forEach(graph::add);
        return graph.text.toString();
    }

    /** Every snapshot that a ref reaches, each before its parent, otherwise the newest first. */
    private List<SnapshotEntry> ordered() {
        Map<SnapshotId, SnapshotEntry> entries = new HashMap<>();
        names.keySet()
                .forEach(tip -> info.snapshots()
                        .ancestry(tip)
                        .takeWhile(entry -> !entries.containsKey(entry.id()))
                        .toList()
                        .forEach(entry -> entries.put(entry.id(), entry)));
        Map<SnapshotId, Integer> children = new HashMap<>();
        entries.values().forEach(entry -> entry.parent().ifPresent(parent -> children.merge(parent, 1, Integer::sum)));
        List<SnapshotEntry> ready = new ArrayList<>(entries.values().stream()
                .filter(entry -> !children.containsKey(entry.id()))
                .toList());
        List<SnapshotEntry> ordered = new ArrayList<>();
        Comparator<SnapshotEntry> byTime =
                Comparator.comparing(SnapshotEntry::flushedAt).thenComparing(SnapshotEntry::id);
        while (!ready.isEmpty()) {
            SnapshotEntry next = ready.stream().max(byTime).orElseThrow();
            ready.remove(next);
            ordered.add(next);
            next.parent()
                    .filter(parent -> children.merge(parent, -1, Integer::sum) == 0)
                    .ifPresent(parent -> ready.add(entries.get(parent)));
        }
        return ordered;
    }

    private void add(SnapshotEntry entry) {
        join(entry.id());
        int column = columns.indexOf(entry.id());
        if (column < 0) {
            column = columns.size();
            columns.add(entry.id());
        }
        for (int i = 0; i < columns.size(); i++) {
            text.append(i == column ? "* " : "| ");
        }
        text.append(entry.id()).append(label(entry.id()));
        text.append(' ').append(firstLine(entry.message())).append('\n');
        Optional<SnapshotId> parent = entry.parent();
        if (parent.isPresent()) {
            columns.set(column, parent.get());
        } else {
            columns.remove(column);
        }
    }

    /** Lets all columns that wait for a snapshot run into the first of them. */
    private void join(SnapshotId id) {
        int first = columns.indexOf(id);
        if (first < 0 || columns.lastIndexOf(id) == first) {
            return;
        }
        Set<Integer> ending = new HashSet<>();
        for (int i = 0; i < columns.size(); i++) {
            boolean ends = i > first && columns.get(i).equals(id);
            text.append(ends ? "/ " : "| ");
            if (ends) {
                ending.add(i);
            }
        }
        text.setLength(text.length() - 1);
        text.append('\n');
        for (int i = columns.size() - 1; i > first; i--) {
            if (ending.contains(i)) {
                columns.remove(i);
            }
        }
    }

    private String label(SnapshotId id) {
        List<String> here = names.getOrDefault(id, List.of());
        return here.isEmpty() ? "" : " (" + String.join(", ", here) + ")";
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
