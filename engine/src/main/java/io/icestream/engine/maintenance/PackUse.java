package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.session.Relocations;
import java.util.Set;

/**
 * What is needed of packed objects, by whom. To be shown the tip of the branch first, then, if there are candidates, what other
 * refs lead to directly, then all the rest that is reachable. Objects of one chunk are overlooked. Thread-safe.
 */
final class PackUse {
    private final ChunkObjects objects;
    private final Set<NodeId> arrays;
    private final double minLiveShare;
    private final int limit;
    private final IdTable tipChunks = new IdTable();
    private final IdTable tipBytes = new IdTable();
    /** Packs that stay whatever is moved. */
    private final IdTable held = new IdTable();

    private final IdTable candidates = new IdTable();
    private final IdTable ranges = new IdTable();
    private final IdTable liveBytes = new IdTable();

    /**
     * @param objects the objects in question
     * @param arrays the arrays of the tip whose chunks may be moved
     * @param minLiveShare the share of an object that must be needed for it to stay
     * @param limit about how many ranges to remember
     */
    PackUse(ChunkObjects objects, Set<NodeId> arrays, double minLiveShare, int limit) {
        this.objects = objects;
        this.arrays = arrays;
        this.minLiveShare = minLiveShare;
        this.limit = limit;
    }

    /** Whether there are more ranges than there is room for, so that the figures are wrong. */
    synchronized boolean isFull() {
        return ranges.size() >= limit;
    }

    /** What the tip of the branch refers to. */
    ManifestWalk.Visitor tip() {
        return new References(this::seeAtTip);
    }

    /** What another branch or a tag refers to: the pack stays as long as that does. */
    ManifestWalk.Visitor otherRefs() {
        return new References((node, stored) -> hold(stored));
    }

    /** What anything refers to. */
    ManifestWalk.Visitor anything() {
        return new References((node, stored) -> see(stored));
    }

    private synchronized void seeAtTip(NodeId node, ChunkReference.Native stored) {
        ChunkId id = stored.id();
        long size = objects.sizeBytes(id.high(), id.low());
        if (stored.length() >= size) {
            return;
        }
        if (arrays.contains(node) && Relocations.isRelocatable(stored)) {
            tipChunks.increase(id.high(), id.low(), 1);
            tipBytes.increase(id.high(), id.low(), stored.length());
        } else {
            held.add(id.high(), id.low(), 0);
        }
    }

    /** Chooses the candidates once the tip has been seen; whether there are any. */
    boolean choose() {
        tipBytes.forEachUnmarked((high, low, bytes) -> {
            if (!held.contains(high, low) && isTooLittle(bytes, objects.sizeBytes(high, low))) {
                candidates.add(high, low, 0);
            }
        });
        return candidates.size() > 0;
    }

    private boolean isTooLittle(long bytes, long size) {
        return bytes < minLiveShare * size;
    }

    private synchronized void hold(ChunkReference.Native stored) {
        if (candidates.contains(stored.id().high(), stored.id().low())) {
            held.add(stored.id().high(), stored.id().low(), 0);
        }
    }

    private synchronized void see(ChunkReference.Native stored) {
        ChunkId id = stored.id();
        if (candidates.contains(id.high(), id.low())
                && !held.contains(id.high(), id.low())
                && !isFull()
                && ranges.add(id.high() ^ IdTable.mixed(stored.offset(), stored.length()), id.low(), 0)) {
            liveBytes.increase(id.high(), id.low(), stored.length());
        }
    }

    /** Hands over the packs of which too little is needed. */
    void giveTo(HollowPacks hollow) {
        candidates.forEachUnmarked((high, low, none) -> {
            long size = objects.sizeBytes(high, low);
            long live = liveBytes.find(high, low);
            if (!held.contains(high, low) && isTooLittle(live, size)) {
                hollow.add(high, low, size, size - live, tipChunks.find(high, low));
            }
        });
    }

    /** What to do with a reference. */
    @FunctionalInterface
    private interface Reader {
        void read(NodeId node, ChunkReference.Native stored);
    }

    /** Reads the references to chunk objects in every manifest. */
    private record References(Reader reader) implements ManifestWalk.Visitor {
        @Override
        public void snapshot(Snapshot snapshot) {
            // What counts is in the manifests.
        }

        @Override
        public void manifest(ManifestFile file, Manifest manifest) {
            for (NodeId node : manifest.nodes()) {
                ManifestCursor cursor = manifest.cursor(node);
                while (cursor.advance()) {
                    if (cursor.reference() instanceof ChunkReference.Native stored) {
                        reader.read(node, stored);
                    }
                }
            }
        }
    }
}
