package io.icestream.engine.repository;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Draws the history of all branches and tags as text, newest first, one line per snapshot. Each branch of history has a
 * column; where two come from one snapshot, a line of strokes joins their columns.
 */
final class HistoryGraph {
    private final HistoryOrder order;
    /** The snapshot that each column waits for. */
    private final List<SnapshotId> columns = new ArrayList<>();

    private final StringBuilder text = new StringBuilder();

    private HistoryGraph(HistoryOrder order) {
        this.order = order;
    }

    static String draw(RepositoryInfo info) {
        HistoryGraph graph = new HistoryGraph(new HistoryOrder(info));
        graph.order.rows().forEach(graph::add);
        return graph.text.toString();
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
        text.append(' ').append(HistoryOrder.firstLine(entry)).append('\n');
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
        List<String> here = order.names(id);
        return here.isEmpty() ? "" : " (" + String.join(", ", here) + ")";
    }
}
