package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.StorageReport.ChunkStorage;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Counts what a repository stores. Thread-safe; changes nothing.
 *
 * <p>Chunks are counted as the reference implementation does: those of chunk objects and of objects outside once each,
 * however many snapshots refer to them, and those within manifests once per manifest. Parts of a chunk object, which the
 * reference does not write, count as chunks of their own.
 *
 * <p><b>Memory:</b> 28 to 56 bytes per manifest and per chunk counted, at most {@value #TABLE_ENTRIES} chunks at a time; where
 * there are more, the manifests are read several times. Chunks are told apart by 96 bits of what names them; the chance that
 * two of a hundred million are taken for one is below one in 10^12. <b>Cost:</b> a request per snapshot and per manifest, and
 * one listing of all objects.
 */
public final class StorageStatistics {
    static final int TABLE_ENTRIES = 3_000_000;

    private final Repository repository;
    private final int tableEntries;

    /**
     * @param repository to be counted
     */
    public StorageStatistics(Repository repository) {
        this(repository, TABLE_ENTRIES);
    }

    StorageStatistics(Repository repository, int tableEntries) {
        this.repository = repository;
        this.tableEntries = tableEntries;
    }

    /**
     * Counts all that branches and tags lead to, and all objects.
     *
     * @param progress is told how far it is
     * @return the figures
     */
    public StorageReport run(Progress progress) {
        return run(Reachable.from(repository.info()), progress);
    }

    /**
     * Counts what some snapshots refer to, and all objects; for a range, give the ids of a part of a history.
     *
     * @param snapshots the snapshots
     * @param progress is told how far it is
     * @return the figures
     */
    public StorageReport run(Collection<SnapshotId> snapshots, Progress progress) {
        List<SnapshotId> ids = List.copyOf(new LinkedHashSet<>(snapshots));
        Map<NodeId, ChunkStorage> perNode = new HashMap<>();
        Map<NodeId, NodePath> paths = new HashMap<>();
        Partition partition = Partition.WHOLE;
        while (true) {
            Counter counter = new Counter(partition, partition.number() == 0 ? tableEntries : Integer.MAX_VALUE, paths);
            new ManifestWalk(repository.context(), unlimited(repository.context()))
                    .run(ids, counter, done -> progress.report(Progress.Stage.READING, done, ids.size()));
            if (counter.isFull()) {
                partition = partition.halved();
                continue;
            }
            counter.perNode.forEach((node, chunks) -> perNode.merge(node, chunks, ChunkStorage::plus));
            if (partition.isLast()) {
                return report(perNode, paths, progress);
            }
            partition = partition.next();
        }
    }

    private static Deadline unlimited(SessionContext context) {
        return Deadline.after(Optional.empty(), context.clock());
    }

    private StorageReport report(Map<NodeId, ChunkStorage> perNode, Map<NodeId, NodePath> paths, Progress progress) {
        TreeMap<NodePath, ChunkStorage> arrays = new TreeMap<>();
        perNode.forEach(
                (node, chunks) -> arrays.merge(paths.getOrDefault(node, NodePath.ROOT), chunks, ChunkStorage::plus));
        ChunkStorage total = arrays.values().stream().reduce(ChunkStorage.NONE, ChunkStorage::plus);
        return new StorageReport(total, arrays, objects(repository.storage(), progress));
    }

    private static Map<ObjectKind, Tally> objects(Storage storage, Progress progress) {
        EnumMap<ObjectKind, Tally> objects = new EnumMap<>(ObjectKind.class);
        long listed = 0;
        for (ObjectKind kind : ObjectKind.values()) {
            long count = 0;
            long bytes = 0;
            try (Stream<ObjectSummary> found = storage.list(kind.prefix())) {
                for (ObjectSummary object : (Iterable<ObjectSummary>) found::iterator) {
                    count++;
                    bytes += object.sizeBytes();
                    if (++listed % 1000 == 0) {
                        progress.report(Progress.Stage.LISTING, listed, 0);
                    }
                }
            }
            objects.put(kind, new Tally(count, bytes));
        }
        return objects;
    }

    /** Counts the chunks of one part; gives up if there are too many. */
    private static final class Counter implements ManifestWalk.Visitor {
        private final Partition partition;
        private final int limit;
        private final Map<NodeId, NodePath> paths;
        private final IdTable counted = new IdTable();
        private final Map<NodeId, ChunkStorage> perNode = new HashMap<>();

        Counter(Partition partition, int limit, Map<NodeId, NodePath> paths) {
            this.partition = partition;
            this.limit = limit;
            this.paths = paths;
        }

        synchronized boolean isFull() {
            return counted.size() >= limit;
        }

        @Override
        public void snapshot(Snapshot snapshot) {
            for (Node node : snapshot.nodes()) {
                paths.putIfAbsent(node.id(), node.path());
            }
        }

        @Override
        public synchronized void manifest(ManifestFile file, Manifest manifest) {
            for (NodeId node : manifest.nodes()) {
                Sums sums = new Sums();
                ManifestCursor cursor = manifest.cursor(node);
                while (!isFull() && cursor.advance()) {
                    count(cursor.reference(), sums);
                }
                perNode.merge(node, sums.toChunks(), ChunkStorage::plus);
            }
        }

        private void count(ChunkReference reference, Sums sums) {
            if (reference instanceof ChunkReference.Inline inline) {
                sums.add(Sums.INLINE, partition.number() == 0, inline.length());
            } else if (reference instanceof ChunkReference.Native stored) {
                long part = IdTable.mixed(stored.offset(), stored.length());
                sums.add(
                        Sums.STORED,
                        addOnce(stored.id().high() ^ part, stored.id().low()),
                        stored.length());
            } else if (reference instanceof ChunkReference.Virtual virtual) {
                long part = IdTable.mixed(virtual.offset(), virtual.length());
                long name = hash(virtual.location());
                int low = (int) IdTable.mixed(name, virtual.location().hashCode());
                sums.add(Sums.VIRTUAL, addOnce(name ^ part, low), virtual.length());
            }
        }

        private boolean addOnce(long high, int low) {
            return partition.contains(high) && counted.add(high, low, 0);
        }

        private static long hash(String text) {
            long hash = 0xCBF29CE484222325L;
            for (int i = 0; i < text.length(); i++) {
                hash = IdTable.mixed(hash, text.charAt(i) + 1L);
            }
            return hash;
        }
    }

    /** Counts and bytes of three kinds. */
    private static final class Sums {
        static final int STORED = 0;
        static final int VIRTUAL = 1;
        static final int INLINE = 2;

        private final long[] objects = new long[3];
        private final long[] bytes = new long[3];

        void add(int kind, boolean counts, long length) {
            if (counts) {
                objects[kind]++;
                bytes[kind] += length;
            }
        }

        ChunkStorage toChunks() {
            return new ChunkStorage(tally(STORED), tally(VIRTUAL), tally(INLINE));
        }

        private Tally tally(int kind) {
            return new Tally(objects[kind], bytes[kind]);
        }
    }
}
