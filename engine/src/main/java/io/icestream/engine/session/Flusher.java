package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.asset.Batches;
import io.icestream.engine.asset.PendingWrite;
import io.icestream.engine.asset.PendingWrites;
import io.icestream.engine.change.TransactionLogs;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.EncodedManifest;
import io.icestream.engine.format.LocationDictionaries;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.ManifestWriter;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.ref.MonotonicTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes what a commit needs before it can be published: manifests, snapshot and transaction log. What of that is small enough
 * to be kept is not stored here but by who publishes, all at the same time.
 *
 * <p>Every manifest made is remembered by what went into it: the box, the old manifests in it, and, because any
 * change of the array forgets it, the changes. So after a lost race only boxes that the other commit touched are
 * made again. Belongs to one session.
 */
final class Flusher {
    private static final int CHANGE_BYTES = 128;
    private static final int ROOM_BYTES = 4096;

    private final SessionContext context;
    private final Map<NodeId, Map<ManifestTask.Key, Optional<PreparedManifest>>> done = new HashMap<>();

    Flusher(SessionContext context) {
        this.context = context;
    }

    /** The changes of an array are other ones now. */
    void forget(NodeId array) {
        if (!done.isEmpty()) {
            done.remove(array);
        }
    }

    void forgetAll() {
        done.clear();
    }

    /** What a snapshot is to say of itself, and what is written anew for it besides what changed. */
    record Description(SnapshotId id, String message, SortedMap<String, JsonNode> metadata, Renewal renewal) {}

    /**
     * A snapshot that can be published once its objects are stored.
     *
     * @param entry what the repository object is to say about it
     * @param objects what it consists of
     */
    record Flushed(SnapshotEntry entry, PendingWrites objects) {}

    /** Makes the snapshot of a tree; the log of the commit that it takes the place of, if any, goes into its own. */
    Flushed flush(WorkingTree tree, Description description, Optional<TransactionLog> amended) {
        Map<NodeId, ArrayPlan> plans = plan(tree, description.renewal());
        prepareManifests(tree, plans.values(), description.renewal().relocations());
        SortedMap<ManifestId, ManifestFile> files = new TreeMap<>();
        List<PendingWrite> writes = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : tree.nodes()) {
            nodes.add(flushed(node, Optional.ofNullable(plans.get(node.id())), tree, files, writes));
        }
        Instant now = MonotonicTime.after(context.clock().instant(), tree.base().flushedAt(), "the base snapshot");
        SnapshotId id = description.id();
        Snapshot snapshot = Snapshot.of(id, now, description.message(), description.metadata(), nodes, files.values())
                .withParent(Optional.of(tree.base().id()));
        TransactionLog own = TransactionLogs.of(id, tree.changes());
        TransactionLog log =
                amended.map(former -> TransactionLogs.union(id, former, own)).orElse(own);
        int level = context.config().compressionLevel();
        writes.add(new PendingWrite(() -> context.assets().writeTransactionLog(log, level)));
        writes.add(new PendingWrite(() -> context.assets().writeSnapshot(snapshot, level)));
        return new Flushed(
                SnapshotEntry.of(snapshot, Optional.of(tree.base().id())),
                new PendingWrites(writes, context.parallel()));
    }

    private Map<NodeId, ArrayPlan> plan(WorkingTree tree, Renewal renewal) {
        Map<NodeId, ArrayPlan> plans = new LinkedHashMap<>();
        for (Node node : tree.nodes()) {
            plan(tree, node, renewal).ifPresent(plan -> plans.put(node.id(), plan));
        }
        return plans;
    }

    /** Which manifests of an array stay and which are written; empty if nothing is to be done about it. */
    Optional<ArrayPlan> plan(WorkingTree tree, Node node, Renewal renewal) {
        if (node.data() instanceof NodeData.Array array
                && (tree.isTouched(node) || renewal.concerns(node, tree.reader(), context.parallel()))) {
            return Optional.of(renewal.plan(node, context.config().splits(node.path(), array), tree));
        }
        return Optional.empty();
    }

    /** Whether a flush would write manifests. */
    boolean writesManifests(WorkingTree tree, Renewal renewal) {
        return tree.nodes().stream()
                .anyMatch(node ->
                        plan(tree, node, renewal).filter(ArrayPlan::writes).isPresent());
    }

    /** Stores the manifests of an array ahead of a flush, which finds them stored. */
    void writeManifests(WorkingTree tree, Node node, Renewal renewal) {
        Optional<ArrayPlan> plan = plan(tree, node, renewal);
        prepareManifests(tree, plan.stream().toList(), renewal.relocations());
        List<PendingWrite> writes = plan.stream()
                .flatMap(made -> made.parts().stream())
                .flatMap(part -> written(part).stream())
                .map(PreparedManifest::write)
                .toList();
        new PendingWrites(writes, context.parallel()).store();
    }

    /** Makes manifests batch by batch, and stores all but the last batch, so that one at most is in memory. */
    private void prepareManifests(WorkingTree tree, Collection<ArrayPlan> plans, Relocations relocations) {
        List<ManifestTask> tasks = plans.stream()
                .flatMap(plan -> plan.parts().stream())
                .filter(ArrayPlan.Part.Written.class::isInstance)
                .map(part -> ((ArrayPlan.Part.Written) part).task())
                .filter(task -> !doneFor(task.array()).containsKey(task.key()))
                .toList();
        LocationDictionaries dictionaries =
                new LocationDictionaries(context.config().locationCompression());
        List<List<ManifestTask>> batches = Batches.of(tasks, task -> bytes(tree, task), Batches.MANIFEST_BYTES);
        for (int i = 0; i < batches.size(); i++) {
            boolean isLast = i == batches.size() - 1;
            Map<ManifestTask.Key, Optional<PreparedManifest>> results = new ConcurrentHashMap<>();
            try {
                context.parallel().map(batches.get(i), task -> {
                    Optional<PreparedManifest> manifest = prepareManifest(tree, task, relocations, dictionaries);
                    results.put(task.key(), manifest);
                    if (!isLast) {
                        manifest.ifPresent(made -> made.write().store());
                    }
                    return task;
                });
            } finally {
                results.forEach((key, result) -> doneFor(key.array()).put(key, result));
            }
        }
    }

    private Map<ManifestTask.Key, Optional<PreparedManifest>> doneFor(NodeId array) {
        return done.computeIfAbsent(array, id -> new HashMap<>());
    }

    private static long bytes(WorkingTree tree, ManifestTask task) {
        long stored = task.sources().stream()
                .mapToLong(manifest -> tree.reader().file(manifest).sizeBytes())
                .sum();
        return stored + changedBytes(task);
    }

    private static long changedBytes(ManifestTask task) {
        return (long) CHANGE_BYTES * task.changes().size();
    }

    private Optional<PreparedManifest> prepareManifest(
            WorkingTree tree, ManifestTask task, Relocations relocations, LocationDictionaries dictionaries) {
        List<Manifest> sources =
                task.sources().stream().map(tree.reader()::fetch).toList();
        ManifestId id = ManifestId.random(context.random());
        long expected = expectedSize(task, sources);
        boolean isVersion1 = context.assets().version() == SpecVersion.V1;
        ManifestWriter writer = isVersion1
                ? new ManifestWriter(id, expected)
                : ManifestWriter.onTopOf(sources, id, expected, dictionaries);
        new ManifestMerge(task.array(), task.bounds(), relocations, writer).run(sources, task.changes());
        if (writer.chunkReferences() == 0) {
            return Optional.empty();
        }
        int level = context.config().compressionLevel();
        EncodedManifest encoded =
                isVersion1 ? writer.finish(SpecVersion.V1, level) : writer.finish(level, dictionaries);
        return Optional.of(new PreparedManifest(
                encoded.reference(task.array()),
                encoded.file(),
                new PendingWrite(() -> context.assets().writeManifest(encoded))));
    }

    /** For one source, a little more than needed: a second copy of a large manifest would be dear. */
    private static long expectedSize(ManifestTask task, List<Manifest> sources) {
        long references = sources.stream().mapToLong(Manifest::chunkReferences).sum();
        long kept = Math.min(references, volume(task.bounds()));
        long bytes = sources.stream().mapToLong(Manifest::sizeBytes).sum();
        return changedBytes(task) + (references == 0 ? 0 : bytes * kept / references) + ROOM_BYTES;
    }

    private static long volume(List<ChunkIndexRange> box) {
        double volume =
                box.stream().mapToDouble(range -> range.to() - range.from()).reduce(1, (a, b) -> a * b);
        return (long) volume;
    }

    private Node flushed(
            Node node,
            Optional<ArrayPlan> plan,
            WorkingTree tree,
            SortedMap<ManifestId, ManifestFile> files,
            List<PendingWrite> writes) {
        if (!(node.data() instanceof NodeData.Array array)) {
            return node;
        }
        if (plan.isEmpty()) {
            array.manifests()
                    .forEach(manifest -> files.put(manifest.id(), tree.reader().file(manifest)));
            return node;
        }
        List<ManifestReference> manifests = new ArrayList<>();
        for (ArrayPlan.Part part : plan.get().parts()) {
            if (part instanceof ArrayPlan.Part.Kept kept) {
                manifests.add(kept.manifest());
                files.put(kept.manifest().id(), tree.reader().file(kept.manifest()));
            }
            written(part).ifPresent(made -> {
                manifests.add(made.reference());
                files.put(made.file().id(), made.file());
                writes.add(made.write());
            });
        }
        return new Node(node.id(), node.path(), node.userData(), array.withManifests(manifests));
    }

    private Optional<PreparedManifest> written(ArrayPlan.Part part) {
        return part instanceof ArrayPlan.Part.Written made
                ? doneFor(made.task().array()).getOrDefault(made.task().key(), Optional.empty())
                : Optional.empty();
    }
}
