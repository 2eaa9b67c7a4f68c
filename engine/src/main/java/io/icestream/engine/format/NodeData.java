package io.icestream.engine.format;

import java.util.List;
import java.util.Optional;

/** What a snapshot says of a node beyond its path and metadata. */
public sealed interface NodeData {
    /** Tells the alternatives apart. */
    NodeKind kind();

    /** A group. */
    record Group() implements NodeData {
        @Override
        public NodeKind kind() {
            return NodeKind.GROUP;
        }
    }

    /**
     * An array.
     *
     * @param shape one entry per dimension
     * @param dimensionNames one entry per dimension, empty where it has no name; empty altogether if the array's
     *     metadata has no dimension names
     * @param manifests where the chunk references are, in the row-major order of the boxes they cover; none if no chunk
     *     is stored
     */
    record Array(
            List<DimensionShape> shape,
            Optional<List<Optional<String>>> dimensionNames,
            List<ManifestReference> manifests)
            implements NodeData {
        /** Copies the lists. */
        public Array {
            shape = List.copyOf(shape);
            dimensionNames = dimensionNames.map(List::copyOf);
            manifests = List.copyOf(manifests);
        }

        @Override
        public NodeKind kind() {
            return NodeKind.ARRAY;
        }

        /** This array with other manifests. */
        public Array withManifests(List<ManifestReference> replacement) {
            return new Array(shape, dimensionNames, replacement);
        }
    }
}
