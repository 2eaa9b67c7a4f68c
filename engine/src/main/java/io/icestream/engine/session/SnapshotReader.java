package io.icestream.engine.session;

import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Finds the chunks of one committed snapshot. Thread-safe. */
final class SnapshotReader {
    private final AssetStore assets;
    private final Snapshot snapshot;
    private final Map<NodeId, ManifestIndex> indices = new ConcurrentHashMap<>();

    SnapshotReader(AssetStore assets, Snapshot snapshot) {
        this.assets = assets;
        this.snapshot = snapshot;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Looks a chunk up; the first manifest whose extents contain it decides. */
    Optional<ChunkReference> findChunk(NodeId id, NodeData.Array array, ChunkIndex chunk) {
        return indices.computeIfAbsent(id, node -> ManifestIndex.of(array.manifests()))
                .find(chunk)
                .flatMap(manifest -> fetch(manifest).find(id, chunk));
    }

    /** Lists the stored chunks that lie inside the grid, manifest by manifest. */
    Stream<ChunkIndex> chunkIndices(NodeId id, NodeData.Array array) {
        return array.manifests().stream()
                .flatMap(manifest -> indicesIn(manifest, id).stream())
                .filter(chunk -> isInside(array, chunk));
    }

    /** Lists the stored chunks that lie inside the grid, with where they are, manifest by manifest. */
    Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(NodeId id, NodeData.Array array) {
        return array.manifests().stream()
                .flatMap(manifest -> chunksIn(manifest, id).stream())
                .filter(chunk -> isInside(array, chunk.getKey()));
    }

    private List<Map.Entry<ChunkIndex, ChunkReference>> chunksIn(ManifestReference manifest, NodeId id) {
        List<Map.Entry<ChunkIndex, ChunkReference>> chunks = new ArrayList<>();
        fetch(manifest).forEach(id, (chunk, reference) -> chunks.add(Map.entry(chunk, reference)));
        return chunks;
    }

    private List<ChunkIndex> indicesIn(ManifestReference manifest, NodeId id) {
        List<ChunkIndex> indices = new ArrayList<>();
        fetch(manifest).forEach(id, (chunk, reference) -> indices.add(chunk));
        return indices;
    }

    static boolean isInside(NodeData.Array array, ChunkIndex chunk) {
        List<DimensionShape> shape = array.shape();
        if (chunk.rank() != shape.size()) {
            return false;
        }
        for (int axis = 0; axis < shape.size(); axis++) {
            if (chunk.at(axis) >= shape.get(axis).chunkCount()) {
                return false;
            }
        }
        return true;
    }

    Manifest fetch(ManifestReference manifest) {
        return assets.fetchManifest(file(manifest));
    }

    ManifestFile file(ManifestReference manifest) {
        return snapshot.findManifestFile(manifest.id()).orElseThrow(() -> missing(manifest));
    }

    private CorruptObjectException missing(ManifestReference manifest) {
        return new CorruptObjectException(
                "snapshots/" + snapshot.id(),
                0,
                "manifest " + manifest.id() + " in the list of manifests",
                "no such entry");
    }
}
