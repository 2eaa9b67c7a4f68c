package io.icestream.engine.maintenance;

import io.icestream.engine.format.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts the small chunks of one array together. They come in the order of manifests; some {@value #WINDOW} at a time are sorted
 * so that neighbours along a dimension come together, and cut where an object is full. What is left over waits for more.
 */
final class PackPlanner {
    private static final int WINDOW = 1 << 17;
    private static final int MAX_CHUNKS = 1 << 15;

    private final CompactRequest.Sizes sizes;
    private final Pack empty;
    private final Consumer<Pack> packs;
    private List<SmallChunk> window = new ArrayList<>();

    PackPlanner(NodePath array, int axis, CompactRequest.Sizes sizes, Consumer<Pack> packs) {
        this.sizes = sizes;
        this.empty = new Pack(array, axis, List.of());
        this.packs = packs;
    }

    void add(SmallChunk chunk) {
        window.add(chunk);
        if (window.size() == WINDOW) {
            window = cut();
        }
    }

    /** There are no more chunks. */
    void finish() {
        Pack last = empty.of(cut());
        window = new ArrayList<>();
        if (last.objects() >= sizes.minObjects() || last.inlineChunks() > 0 || last.hasOfHollowPacks()) {
            packs.accept(last);
        }
    }

    /** Gives away what fills objects, and returns the rest. */
    private List<SmallChunk> cut() {
        window.sort(SmallChunk.along(empty.axis()));
        List<SmallChunk> next = new ArrayList<>();
        long bytes = 0;
        for (SmallChunk chunk : window) {
            long length = chunk.reference().length();
            if (bytes + length > sizes.targetBytes() || next.size() == MAX_CHUNKS) {
                full(empty.of(next));
                next = new ArrayList<>();
                bytes = 0;
            }
            next.add(chunk);
            bytes += length;
        }
        return next;
    }

    /** What is in one object already stays there, unless that is mostly garbage. */
    private void full(Pack pack) {
        if (pack.objects() > 1 || pack.inlineChunks() > 0 || pack.hasOfHollowPacks()) {
            packs.accept(pack);
        }
    }
}
