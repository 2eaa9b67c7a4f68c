package io.icestream.engine.store;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkGrid;
import io.icestream.engine.zarr.NdArray;
import java.util.ArrayList;
import java.util.List;

/** Takes away what a smaller shape leaves outside, so that it does not come back when the array grows again. */
final class Shrink {
    private final WritableSession session;
    private final NodePath path;
    private final ArrayMetadata before;
    private final ArrayMetadata after;

    Shrink(WritableSession session, NodePath path, ArrayMetadata before, ArrayMetadata after) {
        this.session = session;
        this.path = path;
        this.before = before;
        this.after = after;
    }

    void run() {
        if (!shrinks()) {
            return;
        }
        List<ChunkIndex> outside = new ArrayList<>();
        List<ChunkIndex> edge = new ArrayList<>();
        session.chunkIndices(path).forEach(chunk -> {
            if (!after.chunkGrid().contains(chunk.toArray())) {
                outside.add(chunk);
            } else if (isCut(chunk)) {
                edge.add(chunk);
            }
        });
        session.setEncodedChunks(
                path, edge, chunk -> after.encodeChunkFrom(chunk.toArray(), trimmed(chunk), new int[chunk.rank()]));
        outside.forEach(chunk -> session.deleteChunk(path, chunk));
    }

    private boolean shrinks() {
        long[] old = before.shape();
        long[] now = after.shape();
        for (int axis = 0; axis < old.length; axis++) {
            if (now[axis] < old[axis]) {
                return true;
            }
        }
        return false;
    }

    /** Whether cells of the chunk that were inside the array no longer are. */
    private boolean isCut(ChunkIndex chunk) {
        ChunkGrid old = before.chunkGrid();
        ChunkGrid now = after.chunkGrid();
        for (int axis = 0; axis < chunk.rank(); axis++) {
            if (now.regionOf(chunk.toArray()).length(axis)
                    < old.regionOf(chunk.toArray()).length(axis)) {
                return true;
            }
        }
        return false;
    }

    private NdArray trimmed(ChunkIndex chunk) {
        long[] index = chunk.toArray();
        NdArray stored = session.readChunk(path, chunk)
                .map(bytes -> before.decodeChunk(index, bytes))
                .orElseGet(() -> before.fillChunk(index));
        NdArray kept = after.fillChunk(index);
        long[] lengths = after.chunkGrid().regionOf(chunk.toArray()).shape();
        int[] count = new int[lengths.length];
        for (int axis = 0; axis < count.length; axis++) {
            count[axis] = Math.toIntExact(lengths[axis]);
        }
        stored.copyRegion(new int[count.length], kept, new int[count.length], count);
        return kept;
    }
}
