package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which branches and tags point to a snapshot. */
final class ReferenceNames {
    private final Map<SnapshotId, List<String>> branches = new HashMap<>();
    private final Map<SnapshotId, List<String>> tags = new HashMap<>();

    ReferenceNames(Repository repository) {
        repository.branches().forEach((name, at) -> add(branches, name, at));
        repository.tags().forEach((name, at) -> add(tags, name, at));
    }

    private static void add(Map<SnapshotId, List<String>> names, String name, SnapshotId at) {
        names.computeIfAbsent(at, key -> new ArrayList<>()).add(name);
    }

    List<String> branchesAt(SnapshotId snapshot) {
        return branches.getOrDefault(snapshot, List.of());
    }

    List<String> tagsAt(SnapshotId snapshot) {
        return tags.getOrDefault(snapshot, List.of());
    }
}
