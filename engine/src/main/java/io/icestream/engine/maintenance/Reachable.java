package io.icestream.engine.maintenance;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What branches and tags lead to. */
final class Reachable {
    private Reachable() {}

    /** Tips and tagged snapshots with all that came before, each once. */
    static Set<SnapshotId> from(RepositoryInfo info) {
        Set<SnapshotId> reachable = new LinkedHashSet<>();
        Stream.concat(info.branches().values().stream(), info.tags().values().stream())
                .forEach(tip -> {
                    Optional<SnapshotId> at = Optional.of(tip);
                    while (at.isPresent() && reachable.add(at.get())) {
                        at = info.snapshots().findParent(at.get());
                    }
                });
        return reachable;
    }
}
