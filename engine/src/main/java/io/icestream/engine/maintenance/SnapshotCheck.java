package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Compares a snapshot with what the repository object says of it, and its parts with each other. */
final class SnapshotCheck {
    private static final String REWRITE = "reset the branch to a sound snapshot, or write the array anew";

    private final Findings findings;

    SnapshotCheck(Findings findings) {
        this.findings = findings;
    }

    void check(SnapshotEntry entry, Snapshot snapshot) {
        String key = ObjectKind.SNAPSHOT.prefix() + entry.id();
        if (!snapshot.flushedAt().equals(entry.flushedAt())) {
            findings.warning(
                    key,
                    "written at " + snapshot.flushedAt() + ", the repository object says " + entry.flushedAt(),
                    "nothing needs to be done; times of histories are those of the repository object");
        }
        if (!snapshot.message().equals(entry.message())) {
            findings.warning(key, "its message differs from that in the repository object", "nothing needs to be done");
        }
        checkManifestList(key, snapshot);
        for (Node node : snapshot.nodes()) {
            if (node.data() instanceof NodeData.Array array) {
                checkArray(key, node, array);
            }
        }
    }

    private void checkManifestList(String key, Snapshot snapshot) {
        Set<ManifestId> used = new HashSet<>();
        snapshot.nodes().stream()
                .filter(node -> node.data() instanceof NodeData.Array)
                .flatMap(node -> ((NodeData.Array) node.data()).manifests().stream())
                .forEach(manifest -> used.add(manifest.id()));
        for (ManifestFile file : snapshot.manifestFiles()) {
            if (!used.contains(file.id())) {
                findings.warning(
                        key,
                        "lists manifest " + file.id() + ", which no array uses",
                        "nothing needs to be done; the manifest takes space only");
            }
        }
    }

    private void checkArray(String key, Node node, NodeData.Array array) {
        List<ManifestReference> manifests = array.manifests();
        for (ManifestReference manifest : manifests) {
            if (manifest.extents().size() != array.shape().size()) {
                findings.error(
                        key,
                        "array " + node.path() + " has " + array.shape().size()
                                + " dimensions, the extents of manifest " + manifest.id() + " have "
                                + manifest.extents().size(),
                        REWRITE);
            } else if (!isInGrid(manifest, array)) {
                findings.warning(
                        key,
                        "manifest " + manifest.id() + " of array " + node.path()
                                + " has chunks outside the array's grid",
                        "nothing needs to be done; the next write to that part of the array drops them");
            }
        }
        int[] overlap = overlap(manifests);
        if (overlap.length > 0) {
            findings.error(
                    key,
                    "manifests " + manifests.get(overlap[0]).id() + " and "
                            + manifests.get(overlap[1]).id() + " of array " + node.path()
                            + " overlap, so that readers disagree on chunks in both",
                    REWRITE);
        }
    }

    private static boolean isInGrid(ManifestReference manifest, NodeData.Array array) {
        for (int axis = 0; axis < manifest.extents().size(); axis++) {
            if (manifest.extents().get(axis).to() > array.shape().get(axis).chunkCount()) {
                return false;
            }
        }
        return true;
    }

    /** Two manifests whose boxes overlap; boxes are sorted by their first side, so that few pairs are compared. */
    private static int[] overlap(List<ManifestReference> manifests) {
        List<Integer> order = IntStream.range(0, manifests.size())
                .filter(i -> !manifests.get(i).extents().isEmpty())
                .boxed()
                .sorted(Comparator.comparingLong(i -> side(manifests.get(i)).from()))
                .toList();
        for (int i = 0; i < order.size(); i++) {
            ManifestReference left = manifests.get(order.get(i));
            for (int j = i + 1; j < order.size(); j++) {
                ManifestReference right = manifests.get(order.get(j));
                if (side(right).from() >= side(left).to()) {
                    break;
                }
                if (intersect(left.extents(), right.extents())) {
                    return new int[] {order.get(i), order.get(j)};
                }
            }
        }
        return new int[0];
    }

    private static ChunkIndexRange side(ManifestReference manifest) {
        return manifest.extents().get(0);
    }

    private static boolean intersect(List<ChunkIndexRange> left, List<ChunkIndexRange> right) {
        for (int axis = 0; axis < Math.min(left.size(), right.size()); axis++) {
            if (!left.get(axis).intersects(right.get(axis))) {
                return false;
            }
        }
        return true;
    }
}
