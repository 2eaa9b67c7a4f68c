package io.icestream.engine.store;

import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.NdArray;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The arrays directly in a group, and how long their named dimensions are.
 *
 * @param group the group
 * @param arrays metadata by name
 */
record DatasetShape(NodePath group, Map<String, ArrayMetadata> arrays) {
    DatasetShape {
        arrays = Map.copyOf(arrays);
    }

    static DatasetShape of(Session session, NodePath group) {
        Map<String, ArrayMetadata> arrays = new HashMap<>();
        session.nodes().stream()
                .filter(node -> node.data() instanceof NodeData.Array
                        && node.path().parent().equals(Optional.of(group)))
                .forEach(node -> arrays.put(node.path().name(), session.arrayMetadata(node.path())));
        return new DatasetShape(group, arrays);
    }

    ArrayMetadata require(String name) {
        ArrayMetadata metadata = arrays.get(name);
        if (metadata == null) {
            throw new IllegalArgumentException(
                    "No array '" + name + "' in " + group + "; there are " + new TreeMap<>(arrays).keySet());
        }
        return metadata;
    }

    /** The axis of an array that has this dimension. */
    static Optional<Integer> axis(ArrayMetadata array, String dimension) {
        int axis = array.dimensionNames().indexOf(Optional.of(dimension));
        return axis < 0 ? Optional.empty() : Optional.of(axis);
    }

    /** The length of a dimension; if arrays disagree, the greatest. */
    long length(String dimension) {
        return arrays.values().stream()
                .flatMap(array -> axis(array, dimension).map(axis -> array.shape()[axis]).stream())
                .max(Long::compare)
                .orElseThrow(() -> new IllegalArgumentException("No dimension '" + dimension + "' in the arrays of "
                        + group + ", " + new TreeMap<>(arrays).keySet()));
    }

    /** How long all blocks are along a dimension. */
    long blockLength(String dimension, Map<String, NdArray> blocks) {
        Map<Long, String> lengths = new TreeMap<>();
        blocks.forEach((name, block) -> {
            int axis = axis(require(name), dimension)
                    .orElseThrow(() -> new IllegalArgumentException("Cannot append to array '" + name + "' of " + group
                            + ": it has no dimension '" + dimension + "'"));
            if (axis >= block.rank()) {
                throw misfit(name, block);
            }
            lengths.put((long) block.shape()[axis], name);
        });
        if (lengths.size() > 1) {
            throw new IllegalArgumentException(
                    "Cannot append along dimension '" + dimension + "': blocks have different lengths, " + lengths);
        }
        return lengths.keySet().iterator().next();
    }

    /** With other lengths of some dimensions, in all arrays that have them. */
    DatasetShape withLengths(Map<String, Long> lengths) {
        Map<String, ArrayMetadata> changed = new HashMap<>();
        arrays.forEach((name, array) -> changed.put(name, array.withShape(shape(array, lengths))));
        return new DatasetShape(group, changed);
    }

    private static long[] shape(ArrayMetadata array, Map<String, Long> lengths) {
        long[] shape = array.shape();
        lengths.forEach((dimension, length) -> axis(array, dimension).ifPresent(axis -> shape[axis] = length));
        return shape;
    }

    /** Fails if arrays disagree on one of these dimensions. */
    void requireOneLengthEach(Set<String> dimensions) {
        for (String dimension : dimensions) {
            Map<Long, String> lengths = new TreeMap<>();
            arrays.forEach(
                    (name, array) -> axis(array, dimension).ifPresent(axis -> lengths.put(array.shape()[axis], name)));
            if (lengths.size() > 1) {
                throw new IllegalArgumentException("Dimension '" + dimension + "' of " + group
                        + " would have several lengths, for example in arrays " + lengths);
            }
        }
    }

    /** Fails if a block cannot be appended to an array along a dimension. */
    void requireBlock(String name, String dimension, NdArray block) {
        ArrayMetadata array = require(name);
        long[] shape = array.shape();
        axis(array, dimension).filter(axis -> axis < block.rank()).ifPresent(axis -> shape[axis] = block.shape()[axis]);
        requireFit(name, array.withShape(shape), block);
    }

    /** Fails if elements are not all those of an array. */
    static void requireFit(String name, ArrayMetadata array, NdArray elements) {
        long[] shape = Arrays.stream(elements.shape()).asLongStream().toArray();
        if (!Arrays.equals(array.shape(), shape) || !elements.dataType().equals(array.dataType())) {
            throw new IllegalArgumentException("Elements " + elements + " do not fit array '" + name + "' of shape "
                    + Arrays.toString(array.shape()) + " and data type " + array.dataTypeName());
        }
    }

    private static IllegalArgumentException misfit(String name, NdArray block) {
        return new IllegalArgumentException(
                "Block " + block + " does not fit array '" + name + "': it has too few dimensions");
    }
}
