package io.icestream.engine.asset;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.TransactionLog;
import java.util.List;

/** Estimates the memory that decoded objects take, to within a factor of two or so: enough for the bound of a cache. */
final class AssetWeights {
    private static final long NODE_BYTES = 300;
    private static final long REFERENCE_BYTES = 120;
    private static final long ID_BYTES = 64;
    private static final long ENTRY_BYTES = 100;
    private static final long INDEX_BYTES = 48;

    private AssetWeights() {}

    static long sizeBytes(Snapshot snapshot) {
        long nodes =
                snapshot.nodes().stream().mapToLong(AssetWeights::sizeBytes).sum();
        return nodes
                + ID_BYTES * snapshot.manifestFiles().size()
                + ENTRY_BYTES * snapshot.metadata().size();
    }

    static long sizeBytes(TransactionLog log) {
        long nodes = (long) log.newGroups().size()
                + log.newArrays().size()
                + log.deletedGroups().size()
                + log.deletedArrays().size()
                + log.updatedGroups().size()
                + log.updatedArrays().size();
        long chunks = log.updatedChunks().values().stream()
                .mapToLong(List<ChunkIndex>::size)
                .sum();
        return ID_BYTES * nodes
                + INDEX_BYTES * chunks
                + ENTRY_BYTES * log.moves().size();
    }

    private static long sizeBytes(Node node) {
        long references =
                node.data() instanceof NodeData.Array array ? array.manifests().size() : 0;
        return NODE_BYTES + node.userData().size() + REFERENCE_BYTES * references;
    }
}
