package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Chunks of one array that become one object, in this order. */
record Pack(NodePath array, int axis, List<SmallChunk> chunks) {
    Pack {
        chunks = List.copyOf(chunks);
    }

    Pack of(List<SmallChunk> some) {
        return new Pack(array, axis, some);
    }

    long sizeBytes() {
        return chunks.stream().mapToLong(chunk -> chunk.reference().length()).sum();
    }

    long inlineChunks() {
        return chunks.stream().filter(SmallChunk::isInline).count();
    }

    /** Whether it empties packs that are mostly garbage. */
    boolean hasOfHollowPacks() {
        return chunks.stream().anyMatch(SmallChunk::isOfHollowPack);
    }

    /** In how many objects the chunks are that are in objects. */
    int objects() {
        Set<ChunkId> objects = new HashSet<>();
        for (SmallChunk chunk : chunks) {
            if (chunk.reference() instanceof ChunkReference.Native stored) {
                objects.add(stored.id());
            }
        }
        return objects.size();
    }

    /** Runs of neighbours along the dimension. */
    private int ranges() {
        int ranges = 1;
        for (int i = 1; i < chunks.size(); i++) {
            if (!chunks.get(i).isInLineWith(chunks.get(i - 1), axis)) {
                ranges++;
            }
        }
        return ranges;
    }

    CompactionReport.Packed count() {
        return new CompactionReport.Packed(chunks.size(), sizeBytes(), inlineChunks(), objects(), 1, ranges());
    }
}
