package io.icestream.engine.change;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a node is, apart from its identity, its path and its chunks. */
public sealed interface NodeDefinition {
    /**
     * @return the bytes of {@code zarr.json}, stored exactly so
     */
    Bytes userData();

    /**
     * @return whether it is a group or an array
     */
    NodeKind kind();

    /**
     * A group.
     *
     * @param userData the bytes of {@code zarr.json}
     */
    record Group(Bytes userData) implements NodeDefinition {
        @Override
        public NodeKind kind() {
            return NodeKind.GROUP;
        }
    }

    /**
     * An array.
     *
     * @param userData the bytes of {@code zarr.json}
     * @param shape length and number of chunks of each dimension
     * @param dimensionNames names of the dimensions, empty if the metadata has none; a single name may be absent
     */
    record Array(Bytes userData, List<DimensionShape> shape, Optional<List<Optional<String>>> dimensionNames)
            implements NodeDefinition {
        /** Copies the lists. */
        public Array {
            shape = List.copyOf(shape);
            dimensionNames = dimensionNames.map(List::copyOf);
        }

        @Override
        public NodeKind kind() {
            return NodeKind.ARRAY;
        }
    }

    /**
     * Derives the definition from the metadata of a group.
     *
     * @param metadata the metadata
     * @return the definition
     */
    static Group of(GroupMetadata metadata) {
        return new Group(Bytes.wrap(metadata.toJson()));
    }

    /**
     * Derives the definition from the metadata of an array.
     *
     * @param metadata the metadata
     * @return the definition
     */
    static Array of(ArrayMetadata metadata) {
        long[] lengths = metadata.shape();
        long[] counts = metadata.chunkCounts();
        List<DimensionShape> shape = new ArrayList<>(lengths.length);
        for (int axis = 0; axis < lengths.length; axis++) {
            shape.add(new DimensionShape(lengths[axis], counts[axis]));
        }
        return new Array(
                Bytes.wrap(metadata.toJson()),
                shape,
                metadata.hasDimensionNames() ? Optional.of(metadata.dimensionNames()) : Optional.empty());
    }

    /**
     * Derives the definition from a metadata document, whose bytes are kept as they are.
     *
     * @param json the content of {@code zarr.json}
     * @return the definition
     * @throws io.icestream.engine.zarr.ZarrException if it is not the metadata of a group or an array
     */
    static NodeDefinition parse(Bytes json) {
        byte[] document = json.toByteArray();
        if (!ArrayMetadata.isArray(document)) {
            GroupMetadata unused = GroupMetadata.parse(document);
            return new Group(json);
        }
        Array array = of(ArrayMetadata.parse(document));
        return new Array(json, array.shape(), array.dimensionNames());
    }
}
