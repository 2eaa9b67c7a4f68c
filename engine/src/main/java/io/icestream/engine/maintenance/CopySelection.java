package io.icestream.engine.maintenance;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotEntries;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.NotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Makes the repository object of a copy out of that of the original, as it was at one moment. */
final class CopySelection {
    /** What says how to use the store that the original is in, and is wrong for another one. */
    private static final List<String> STORE_SETTINGS = List.of(
            "storage.unsafe_use_conditional_update",
            "storage.unsafe_use_conditional_create",
            "storage.unsafe_use_metadata");

    private final RepositoryInfo info;
    private final CopyRequest request;
    private final Instant now;

    CopySelection(RepositoryInfo info, CopyRequest request, Instant now) {
        this.info = info;
        this.request = request;
        this.now = now;
    }

    /** The repository object of the copy: online, without former versions of itself, and whole or with what was chosen. */
    RepositoryInfo select() {
        if (request.isWhole()) {
            return with(info.branches(), info.tags(), info.deletedTags(), info.snapshots(), log());
        }
        SortedMap<String, SnapshotId> branches = chosen("branch", info.branches(), request.branches());
        SortedMap<String, SnapshotId> tags = chosen("tag", info.tags(), request.tags());
        List<SnapshotId> roots = new ArrayList<>(branches.values());
        roots.addAll(tags.values());
        roots.addAll(request.snapshots());
        Set<SnapshotId> kept = new HashSet<>();
        roots.forEach(root -> keepAncestry(root, kept));
        branches.putIfAbsent(RepositoryInfo.MAIN, first(roots.get(0)));
        List<SnapshotEntry> entries = info.snapshots()
                .all()
                .filter(entry -> kept.contains(entry.id()))
                .toList();
        Update created = new Update(new UpdateKind.RepositoryInitialized(), now, Optional.empty());
        return with(branches, tags, Collections.emptySortedSet(), SnapshotEntries.of(entries), List.of(created));
    }

    private RepositoryInfo with(
            SortedMap<String, SnapshotId> branches,
            SortedMap<String, SnapshotId> tags,
            SortedSet<String> deletedTags,
            SnapshotEntries snapshots,
            List<Update> log) {
        return new RepositoryInfo(
                info.specVersion(),
                tags,
                branches,
                deletedTags,
                snapshots,
                RepositoryStatus.online(now),
                info.metadata(),
                log,
                Optional.empty(),
                config(),
                info.flags(),
                info.extra());
    }

    /** The newest part of the log; the former versions that it names are not copied. */
    private List<Update> log() {
        return info.latestUpdates().stream()
                .map(update -> new Update(update.kind(), update.updatedAt(), Optional.empty()))
                .toList();
    }

    private Optional<Bytes> config() {
        if (info.config().isEmpty()) {
            return Optional.empty();
        }
        RepositoryConfig config = RepositoryConfig.of(info);
        for (String setting : STORE_SETTINGS) {
            config = config.without(setting);
        }
        return Optional.of(config.encode());
    }

    private static SortedMap<String, SnapshotId> chosen(
            String kind, SortedMap<String, SnapshotId> refs, Set<String> names) {
        SortedMap<String, SnapshotId> chosen = new TreeMap<>();
        for (String name : names) {
            SnapshotId target = refs.get(name);
            if (target == null) {
                throw new NotFoundException(
                        "Cannot copy " + kind + " '" + name + "': there is none, only " + refs.keySet());
            }
            chosen.put(name, target);
        }
        return chosen;
    }

    private void keepAncestry(SnapshotId root, Set<SnapshotId> kept) {
        if (!info.snapshots().contains(root)) {
            throw new NotFoundException("Cannot copy snapshot " + root + ": the repository has none of this id");
        }
        Optional<SnapshotId> at = Optional.of(root);
        while (at.isPresent() && kept.add(at.get())) {
            at = info.snapshots().findParent(at.get());
        }
    }

    private SnapshotId first(SnapshotId of) {
        SnapshotId at = of;
        Optional<SnapshotId> parent = info.snapshots().findParent(at);
        while (parent.isPresent()) {
            at = parent.get();
            parent = info.snapshots().findParent(at);
        }
        return at;
    }
}
