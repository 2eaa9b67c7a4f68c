package io.icestream.engine.maintenance;

import io.icestream.engine.maintenance.Finding.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers findings from several threads, each once, up to a limit. */
final class Findings {
    private final int limit;
    private final Set<Finding> all = new LinkedHashSet<>();
    private boolean full;

    Findings(int limit) {
        this.limit = limit;
    }

    void error(String object, String problem, String wayOut) {
        add(new Finding(Severity.ERROR, object, problem, wayOut));
    }

    void warning(String object, String problem, String wayOut) {
        add(new Finding(Severity.WARNING, object, problem, wayOut));
    }

    private synchronized void add(Finding finding) {
        if (all.size() < limit) {
            all.add(finding);
        } else {
            full = full || !all.contains(finding);
        }
    }

    synchronized boolean isFull() {
        return full;
    }

    synchronized List<Finding> list() {
        return new ArrayList<>(all);
    }
}
