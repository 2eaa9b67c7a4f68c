package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.FeatureFlags;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntries;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.storage.ObjectSummary;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Puts together what a repository of version 1 would say if it had a repository object: refs, the snapshots that they reach, the
 * configuration.
 *
 * <p>Parents are known only from the snapshots themselves, one after the other. So that this does not take a request's time per
 * snapshot, all snapshots that are there are read before, several at a time; of those that cannot be read, only the ones that are
 * reached matter.
 */
final class Assembly {
    private final ReferenceFiles files;
    private final AssetStore assets;
    private final Parallel parallel;

    Assembly(ReferenceFiles files, AssetStore assets, Parallel parallel) {
        this.files = files;
        this.assets = assets;
        this.parallel = parallel;
    }

    RepositoryInfo run(BiConsumer<String, IcestreamException> unreadable) {
        ReferenceListing listing = files.list();
        SortedMap<String, SnapshotId> branches = listing.readBranches(unreadable);
        SortedMap<String, SnapshotId> tags = listing.readTags(unreadable);
        Run run = new Run(prefetch(), unreadable);
        run.reach(branches.values());
        run.reach(tags.values());
        Map<SnapshotId, SnapshotEntry> reached = run.connected();
        return new RepositoryInfo(
                SpecVersion.V1.number(),
                among(tags, reached.keySet()),
                among(branches, reached.keySet()),
                listing.deletedTags(),
                SnapshotEntries.of(reached.values()),
                RepositoryStatus.online(oldest(reached.values())),
                Collections.emptySortedMap(),
                List.of(),
                Optional.empty(),
                config(unreadable).map(RepositoryConfig::encode),
                FeatureFlags.DEFAULT,
                Optional.empty());
    }

    private Optional<RepositoryConfig> config(BiConsumer<String, IcestreamException> unreadable) {
        try {
            return files.findConfig();
        } catch (IcestreamException e) {
            unreadable.accept(AssetKeys.CONFIG, e);
            return Optional.empty();
        }
    }

    private Map<SnapshotId, SnapshotEntry> prefetch() {
        List<SnapshotId> ids;
        try (Stream<ObjectSummary> objects = files.storage().list(AssetKeys.SNAPSHOTS)) {
            ids = objects.flatMap(object -> id(object.key())).toList();
        }
        Map<SnapshotId, SnapshotEntry> found = new ConcurrentHashMap<>();
        parallel.map(ids, id -> {
            prefetch(id).ifPresent(entry -> found.put(id, entry));
            return id;
        });
        return found;
    }

    private static Stream<SnapshotId> id(String key) {
        try {
            return Stream.of(SnapshotId.parse(key.substring(AssetKeys.SNAPSHOTS.length())));
        } catch (IllegalArgumentException e) {
            // A name that is no id is nobody's snapshot.
            return Stream.empty();
        }
    }

    /** What cannot be read is read again, and reported, if something leads there. */
    private Optional<SnapshotEntry> prefetch(SnapshotId id) {
        try {
            return files.history().find(id);
        } catch (IcestreamException e) {
            return Optional.empty();
        }
    }

    private static Instant oldest(Collection<SnapshotEntry> entries) {
        return entries.stream()
                .map(SnapshotEntry::flushedAt)
                .min(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    private static SortedMap<String, SnapshotId> among(SortedMap<String, SnapshotId> refs, Set<SnapshotId> snapshots) {
        SortedMap<String, SnapshotId> among = new TreeMap<>(refs);
        among.values().retainAll(snapshots);
        return among;
    }

    /** Follows parents. */
    private final class Run {
        private final Map<SnapshotId, SnapshotEntry> prefetched;
        private final BiConsumer<String, IcestreamException> unreadable;
        private final Map<SnapshotId, SnapshotEntry> reached = new LinkedHashMap<>();
        private final Set<SnapshotId> failed = new HashSet<>();

        Run(Map<SnapshotId, SnapshotEntry> prefetched, BiConsumer<String, IcestreamException> unreadable) {
            this.prefetched = prefetched;
            this.unreadable = unreadable;
        }

        void reach(Collection<SnapshotId> tips) {
            for (SnapshotId tip : tips) {
                Optional<SnapshotId> at = Optional.of(tip);
                while (at.isPresent() && !reached.containsKey(at.get()) && !failed.contains(at.get())) {
                    at = visit(at.get());
                }
            }
        }

        private Optional<SnapshotId> visit(SnapshotId id) {
            Optional<SnapshotEntry> entry =
                    Optional.ofNullable(prefetched.get(id)).or(() -> read(id));
            entry.ifPresentOrElse(found -> reached.put(id, found), () -> failed.add(id));
            return entry.flatMap(this::parent);
        }

        private Optional<SnapshotEntry> read(SnapshotId id) {
            try {
                Snapshot snapshot = assets.fetchSnapshot(id);
                return Optional.of(SnapshotEntry.of(snapshot, snapshot.parent()));
            } catch (IcestreamException e) {
                unreadable.accept(AssetKeys.snapshot(id), e);
                return Optional.empty();
            }
        }

        /** The parent as it is now, if the one that was known is gone. */
        private Optional<SnapshotId> parent(SnapshotEntry entry) {
            Optional<SnapshotId> parent = entry.parent();
            if (parent.isPresent() && !prefetched.containsKey(parent.get())) {
                try {
                    Snapshot snapshot = assets.refetchSnapshot(entry.id());
                    SnapshotEntry now = SnapshotEntry.of(snapshot, snapshot.parent());
                    reached.put(entry.id(), now);
                    return now.parent();
                } catch (IcestreamException e) {
                    unreadable.accept(AssetKeys.snapshot(entry.id()), e);
                }
            }
            return parent;
        }

        /** What was reached; below a snapshot that cannot be read, a history begins anew. */
        Map<SnapshotId, SnapshotEntry> connected() {
            reached.replaceAll(
                    (id, entry) -> entry.parent().filter(failed::contains).isPresent()
                            ? new SnapshotEntry(
                                    id,
                                    Optional.empty(),
                                    entry.flushedAt(),
                                    entry.message(),
                                    entry.metadata(),
                                    entry.prunedAncestorLogs())
                            : entry);
            return reached;
        }
    }
}
