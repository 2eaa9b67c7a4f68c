package io.icestream.ingest.cli;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Which commits branches and tags lead to. */
final class Reachability {
    private final RepositoryInfo info;
    private final Set<SnapshotId> reached = new HashSet<>();

    private Reachability(RepositoryInfo info) {
        this.info = info;
    }

    /** What all tags and all branches but one lead to. */
    static Reachability without(RepositoryInfo info, String branch) {
        Reachability others = new Reachability(info);
        info.tags().values().forEach(others::reach);
        info.branches().forEach((name, tip) -> {
            if (!name.equals(branch)) {
                others.reach(tip);
            }
        });
        return others;
    }

    private void reach(SnapshotId from) {
        Optional<SnapshotId> at = Optional.of(from);
        while (at.isPresent() && reached.add(at.get())) {
            at = info.snapshots().findParent(at.get());
        }
    }

    /** How many commits nothing leads to when a branch is no longer at its tip, but at another snapshot, if at any. */
    long lost(SnapshotId tip, Optional<SnapshotId> next) {
        next.ifPresent(this::reach);
        long lost = 0;
        Optional<SnapshotId> at = Optional.of(tip);
        while (at.isPresent() && !reached.contains(at.get())) {
            lost++;
            at = info.snapshots().findParent(at.get());
        }
        return lost;
    }
}
