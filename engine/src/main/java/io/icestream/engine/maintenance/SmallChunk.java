package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import java.util.Comparator;

/** A chunk that is to be put together with others, because it is small or what is around it is garbage. */
record SmallChunk(ChunkIndex index, ChunkReference reference, boolean isOfHollowPack) {
    boolean isInline() {
        return reference instanceof ChunkReference.Inline;
    }

    /** Whether it differs from another chunk along one dimension only. */
    boolean isInLineWith(SmallChunk other, int axis) {
        return compareAcross(index, other.index, axis) == 0;
    }

    /** Neighbours along a dimension come one after the other. */
    static Comparator<SmallChunk> along(int axis) {
        return (a, b) -> {
            int across = compareAcross(a.index, b.index, axis);
            return across != 0 || a.index.rank() == 0 ? across : Long.compare(a.index.at(axis), b.index.at(axis));
        };
    }

    private static int compareAcross(ChunkIndex a, ChunkIndex b, int axis) {
        for (int i = 0; i < a.rank(); i++) {
            int order = i == axis ? 0 : Long.compare(a.at(i), b.at(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
