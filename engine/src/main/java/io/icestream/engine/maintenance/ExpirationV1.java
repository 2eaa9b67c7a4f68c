package io.icestream.engine.maintenance;

import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.ref.ReferenceStore;
import io.icestream.engine.repository.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Expiration of a repository of version 1, where snapshots themselves name their parents: in the history of each ref, tags first,
 * the oldest snapshot that is young enough, or else the tip, is written again under its own key with the first snapshot as its
 * parent.
 *
 * <p><b>Atomicity.</b> One write per history; a process killed on the way leaves a repository in which some histories are
 * shortened and others are not, and running again goes on. <b>What is lost:</b> nothing remembers the logs in between, so
 * differences across the gap lack what was done there, and a session that started from the first snapshot is rebased over it
 * without looking at them. Handles that are open go on with the history that they have read. Source: the reference
 * implementation.
 */
final class ExpirationV1 {
    private final AssetStore assets;
    private final ReferenceStore references;
    private final int compressionLevel;
    private final ExpireRequest request;
    private final RepositoryInfo info;
    private final Map<SnapshotId, SnapshotId> adopted = new HashMap<>();

    ExpirationV1(Repository repository, ExpireRequest request) {
        this.assets = repository.context().assets();
        this.references = repository.context().references();
        this.compressionLevel = repository.config().compressionLevel();
        this.request = request;
        if (request.adoption() == Adoption.BY_NEAREST_KEPT) {
            references.requireVersion2("histories that go on through tagged snapshots");
        }
        this.info = references.fetch();
    }

    ExpirationReport run() {
        SortedMap<String, SnapshotId> tags = expired(info.tags(), request.tags());
        SortedMap<String, SnapshotId> branches = expired(info.branches(), request.branches());
        branches.remove(RepositoryInfo.MAIN);
        List<SnapshotId> tips = new ArrayList<>(remaining(info.tags(), tags));
        tips.addAll(remaining(info.branches(), branches));
        tips.forEach(this::shorten);
        if (request.mode() == RunMode.CHANGE) {
            adopted.forEach(this::rewrite);
            tags.keySet().forEach(references::deleteTag);
            branches.keySet().forEach(references::deleteBranch);
        }
        return report(tags, branches, tips);
    }

    private SortedMap<String, SnapshotId> expired(Map<String, SnapshotId> refs, ExpiredRefs policy) {
        SortedMap<String, SnapshotId> expired = new TreeMap<>();
        refs.forEach((name, id) -> {
            if (policy == ExpiredRefs.DELETE && isOld(info.snapshots().find(id).orElseThrow())) {
                expired.put(name, id);
            }
        });
        return expired;
    }

    private boolean isOld(SnapshotEntry entry) {
        Instant time = entry.flushedAt();
        return time.isBefore(request.olderThan());
    }

    private static Collection<SnapshotId> remaining(Map<String, SnapshotId> refs, Map<String, SnapshotId> expired) {
        Map<String, SnapshotId> remaining = new TreeMap<>(refs);
        remaining.keySet().removeAll(expired.keySet());
        return remaining.values();
    }

    /** Decides which snapshot of a history gets the first one as its parent. */
    private void shorten(SnapshotId tip) {
        List<SnapshotId> history = history(tip);
        int oldest = 0;
        for (int i = 0; i < history.size(); i++) {
            if (!isOld(info.snapshots().find(history.get(i)).orElseThrow())) {
                oldest = i;
            }
        }
        if (oldest < history.size() - 2) {
            adopted.put(history.get(oldest), history.get(history.size() - 1));
        }
    }

    /** A history with what was decided so far, newest first. */
    private List<SnapshotId> history(SnapshotId tip) {
        return Stream.iterate(Optional.of(tip), Optional::isPresent, at -> at.flatMap(this::parent))
                .map(Optional::orElseThrow)
                .toList();
    }

    private Optional<SnapshotId> parent(SnapshotId id) {
        return Optional.ofNullable(adopted.get(id)).or(() -> info.snapshots().findParent(id));
    }

    private void rewrite(SnapshotId id, SnapshotId parent) {
        assets.writeSnapshot(assets.refetchSnapshot(id).withParent(Optional.of(parent)), compressionLevel);
    }

    private ExpirationReport report(
            SortedMap<String, SnapshotId> tags, SortedMap<String, SnapshotId> branches, List<SnapshotId> tips) {
        Set<SnapshotId> kept = new HashSet<>();
        tips.forEach(tip -> kept.addAll(history(tip)));
        List<SnapshotId> released = info.snapshots().ids().stream()
                .filter(id -> !kept.contains(id))
                .sorted()
                .toList();
        return new ExpirationReport(request.mode(), released, branches, tags, adopted.size(), kept.size());
    }
}
