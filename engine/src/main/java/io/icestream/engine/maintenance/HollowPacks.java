package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkReference;

/** Packed objects of which little is needed any more, and which of them have been emptied. For one thread. */
final class HollowPacks {
    private final IdTable sizes = new IdTable();
    private final IdTable garbage = new IdTable();
    /** How many chunks of the branch are still in each. */
    private final IdTable left = new IdTable();

    private CompactionReport.Emptied emptied = CompactionReport.Emptied.NONE;

    void add(long high, int low, long sizeBytes, long garbageBytes, long chunks) {
        sizes.add(high, low, sizeBytes);
        garbage.add(high, low, garbageBytes);
        left.add(high, low, chunks);
    }

    boolean contains(ChunkReference.Native stored) {
        return sizes.contains(stored.id().high(), stored.id().low());
    }

    /** Takes note that chunks have been moved elsewhere. */
    void moved(Pack pack) {
        for (SmallChunk chunk : pack.chunks()) {
            if (chunk.isOfHollowPack()) {
                moved(((ChunkReference.Native) chunk.reference()).id());
            }
        }
    }

    private void moved(ChunkId id) {
        if (left.increase(id.high(), id.low(), -1) == 0) {
            emptied = emptied.plus(new CompactionReport.Emptied(
                    1, sizes.find(id.high(), id.low()), garbage.find(id.high(), id.low())));
        }
    }

    /** Those of which every chunk has been moved. */
    CompactionReport.Emptied emptied() {
        return emptied;
    }
}
