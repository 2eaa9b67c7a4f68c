package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodePath;
import java.util.Arrays;

/** What is needed of an array to change its chunks; kept, so that a million changes resolve the path once. */
final class ArrayTarget {
    private final NodeId id;
    private final NodePath path;
    private final long[] chunkCounts;

    ArrayTarget(Node array) {
        this.id = array.id();
        this.path = array.path();
        this.chunkCounts = NodeView.arrayData(array).shape().stream()
                .mapToLong(DimensionShape::chunkCount)
                .toArray();
    }

    NodeId id() {
        return id;
    }

    NodePath path() {
        return path;
    }

    void check(ChunkIndex chunk) {
        checkRank(chunk);
        if (!contains(chunk)) {
            throw new IllegalArgumentException("Invalid chunk index [" + chunk + "] for array " + path + ": it has "
                    + Arrays.toString(chunkCounts) + " chunks; resize the array first");
        }
    }

    void checkRank(ChunkIndex chunk) {
        if (chunk.rank() != chunkCounts.length) {
            throw new IllegalArgumentException("Invalid chunk index [" + chunk + "] for array " + path + ": it has "
                    + chunk.rank() + " entries, the array has " + chunkCounts.length + " dimensions");
        }
    }

    boolean contains(ChunkIndex chunk) {
        for (int axis = 0; axis < chunkCounts.length; axis++) {
            if (chunk.at(axis) >= chunkCounts[axis]) {
                return false;
            }
        }
        return true;
    }
}
