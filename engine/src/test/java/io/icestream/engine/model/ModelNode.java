package io.icestream.engine.model;

import io.icestream.engine.format.ChunkIndex;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node of a plain model. Immutable but for its chunks, which belong to who made the copy.
 *
 * @param id tells nodes apart that are at one path one after the other
 * @param attribute its only attribute
 * @param shape lengths of an array, or empty for a group; a chunk is {@value #CHUNK} long in each dimension
 * @param chunks content by index, that outside of the shape included until a commit drops it
 */
record ModelNode(long id, int attribute, Optional<List<Integer>> shape, TreeMap<ChunkIndex, String> chunks) {
    static final int CHUNK = 2;

    boolean isArray() {
        return shape.isPresent();
    }

    ModelNode with(int newAttribute, Optional<List<Integer>> newShape) {
        return new ModelNode(id, newAttribute, newShape, chunks);
    }

    ModelNode copy() {
        return new ModelNode(id, attribute, shape, new TreeMap<>(chunks));
    }

    boolean contains(ChunkIndex chunk) {
        List<Integer> lengths = shape.orElseThrow();
        for (int axis = 0; axis < lengths.size(); axis++) {
            if (chunk.at(axis) >= (lengths.get(axis) + CHUNK - 1) / CHUNK) {
                return false;
            }
        }
        return true;
    }

    /** The chunks that can be seen. */
    TreeMap<ChunkIndex, String> visible() {
        TreeMap<ChunkIndex, String> visible = new TreeMap<>();
        chunks.forEach((chunk, text) -> {
            if (contains(chunk)) {
                visible.put(chunk, text);
            }
        });
        return visible;
    }
}
