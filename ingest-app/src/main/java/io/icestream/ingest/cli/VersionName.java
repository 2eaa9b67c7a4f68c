package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A version as people write it on a command line: the name of a branch or a tag, or the id of a snapshot; with {@code branch:}, {@code tag:}
 * or {@code snapshot:} in front where it could be several.
 */
final class VersionName {

    /** For the help of what takes one. */
    static final String HELP =
            "a branch, a tag or a snapshot; branch:NAME, tag:NAME or snapshot:ID where that is not clear";

    private final Map<String, Map<String, SnapshotId>> kinds = new TreeMap<>();
    private final Repository repository;

    VersionName(Repository repository) {
        this.repository = repository;
        kinds.put("branch", repository.branches());
        kinds.put("tag", repository.tags());
    }

    /**
     * Finds the snapshot that is meant.
     *
     * @param text what was written
     * @return a snapshot that the repository lists
     * @throws CliException if there is none, or it is not clear which one; the message names the way out
     */
    SnapshotId resolve(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon);
        String name = text.substring(colon + 1);
        if (kind.equals("snapshot")) {
            return findSnapshot(name).orElseThrow(() -> absent("snapshot '" + name + "'", name));
        }
        if (kinds.containsKey(kind)) {
            return Optional.ofNullable(refs(kind).get(name)).orElseThrow(() -> absent(kind + " '" + name + "'", name));
        }
        return byName(text);
    }

    private Map<String, SnapshotId> refs(String kind) {
        return kinds.getOrDefault(kind, Map.of());
    }

    private SnapshotId byName(String name) {
        Map<String, SnapshotId> found = new TreeMap<>();
        kinds.forEach(
                (kind, refs) -> Optional.ofNullable(refs.get(name)).ifPresent(id -> found.put(kind + ":" + name, id)));
        findSnapshot(name).ifPresent(id -> found.put("snapshot:" + name, id));
        if (found.isEmpty()) {
            throw absent("branch, tag or snapshot '" + name + "'", name);
        }
        if (found.values().stream().distinct().count() > 1) {
            throw new CliException(
                    ExitCode.USAGE,
                    "It is not clear what '" + name + "' is: write " + String.join(" or ", found.keySet()));
        }
        return found.values().iterator().next();
    }

    private Optional<SnapshotId> findSnapshot(String text) {
        try {
            return repository.findSnapshot(SnapshotId.parse(text)).map(SnapshotEntry::id);
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    private CliException absent(String what, String name) {
        List<String> known = new ArrayList<>();
        kinds.values().forEach(refs -> known.addAll(refs.keySet()));
        String hint = NearestName.find(name, known)
                .map(nearest -> "; did you mean '" + nearest + "'?")
                .orElse("; 'log', 'branch list' and 'tag list' show what there is");
        return new CliException(ExitCode.NOT_FOUND, "No " + what + " in this repository" + hint);
    }
}
