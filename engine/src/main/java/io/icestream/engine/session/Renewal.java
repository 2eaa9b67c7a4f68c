package io.icestream.engine.session;

import io.icestream.engine.asset.Batches;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.ManifestSplits;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a flush writes anew though no change asks for it: manifests that are not laid out as the configuration has it, and
 * manifests of which chunks were relocated. What can be read stays the same, so nothing of it is logged, and it holds on
 * whatever snapshot the changes are rebased onto. Belongs to one session.
 */
final class Renewal {
    private final Set<NodeId> laidOut = new HashSet<>();
    private final Set<NodeId> relocated = new HashSet<>();
    private final Map<Use, Boolean> concerned = new HashMap<>();
    private boolean laysOutAll;
    private Relocations relocations = new Relocations();

    /** A manifest as one array uses it. */
    private record Use(NodeId array, ManifestId manifest) {}

    /** Every array is laid out anew. */
    static Renewal ofAllLayouts() {
        Renewal renewal = new Renewal();
        renewal.laysOutAll = true;
        return renewal;
    }

    void addLayout(NodeId array) {
        laidOut.add(array);
    }

    /** From now on the chunks of some arrays are found where relocations say. */
    void relocate(Set<NodeId> arrays, Relocations where) {
        relocated.addAll(arrays);
        relocations = where;
        concerned.clear();
    }

    void copyRelocationsTo(Renewal other) {
        other.relocate(relocated, relocations);
    }

    Relocations relocations() {
        return relocations;
    }

    /** Whether arrays are laid out anew. */
    boolean laysOut() {
        return laysOutAll || !laidOut.isEmpty();
    }

    private boolean laysOut(NodeId array) {
        return laysOutAll || laidOut.contains(array);
    }

    /** Whether an array has to be looked at box by box. Cost: a request per manifest not looked at before and not cached. */
    boolean concerns(Node node, SnapshotReader reader, Parallel parallel) {
        if (!relocated.contains(node.id())) {
            return laysOut(node.id());
        }
        List<ManifestReference> manifests = NodeView.arrayData(node).manifests();
        examine(node.id(), manifests, reader, parallel);
        return laysOut(node.id()) || manifests.stream().anyMatch(manifest -> hasRelocated(node.id(), manifest));
    }

    private void examine(NodeId array, List<ManifestReference> manifests, SnapshotReader reader, Parallel parallel) {
        List<ManifestReference> unknown = manifests.stream()
                .filter(manifest -> !concerned.containsKey(new Use(array, manifest.id())))
                .toList();
        for (List<ManifestReference> batch :
                Batches.of(unknown, manifest -> reader.file(manifest).sizeBytes(), Batches.MANIFEST_BYTES)) {
            List<Boolean> found = parallel.map(batch, manifest -> hasRelocated(reader.fetch(manifest), array));
            for (int i = 0; i < batch.size(); i++) {
                concerned.put(new Use(array, batch.get(i).id()), found.get(i));
            }
        }
    }

    private boolean hasRelocated(Manifest manifest, NodeId array) {
        ManifestCursor cursor = manifest.cursor(array);
        while (cursor.advance()) {
            if (relocations.find(cursor.reference()).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private boolean hasRelocated(NodeId array, ManifestReference manifest) {
        return concerned.getOrDefault(new Use(array, manifest.id()), false);
    }

    /** Which manifests of an array stay and which are written. */
    ArrayPlan plan(Node node, ManifestSplits splits, WorkingTree tree) {
        return ArrayPlan.of(
                node.id(),
                splits,
                NodeView.arrayData(node).manifests(),
                tree.changes().findChunkChanges(node.id()),
                (inside, crossing) -> isDue(node.id(), inside, crossing));
    }

    /** Whether a box becomes one new manifest though nothing in it changed. */
    private boolean isDue(NodeId array, List<ManifestReference> inside, List<ManifestReference> crossing) {
        if (laysOut(array) && (inside.size() > 1 || !crossing.isEmpty())) {
            return true;
        }
        return inside.stream().anyMatch(manifest -> hasRelocated(array, manifest))
                || crossing.stream().anyMatch(manifest -> hasRelocated(array, manifest));
    }
}
