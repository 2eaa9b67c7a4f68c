package io.icestream.ingest.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkGrid;
import io.icestream.engine.zarr.ChunkLengths;
import io.icestream.engine.zarr.UnsupportedExtensionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A group or array, as {@code tree} shows it.
 *
 * @param path where it is
 * @param kind {@code group} or {@code array}
 * @param array what only arrays have
 * @param attributes its attributes
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record NodeSummary(NodePath path, String kind, Optional<ArraySummary> array, ObjectNode attributes) {

    /**
     * What only arrays have.
     *
     * @param dataType data type
     * @param dimensions names of the dimensions, null where one has none
     * @param shape number of elements in each dimension
     * @param chunkShape number of elements of a chunk in each dimension; a list where chunks differ
     * @param fillValue value of elements that were never written
     * @param codecs how chunks are encoded
     * @param manifests number of manifests that list its chunks
     */
    record ArraySummary(
            String dataType,
            List<Optional<String>> dimensions,
            List<Long> shape,
            List<JsonNode> chunkShape,
            Optional<JsonNode> fillValue,
            JsonNode codecs,
            int manifests) {

        private static ArraySummary of(ArrayMetadata metadata, List<ManifestReference> manifests) {
            return new ArraySummary(
                    metadata.dataTypeName(),
                    metadata.dimensionNames(),
                    Arrays.stream(metadata.shape()).boxed().toList(),
                    chunkShape(metadata.chunkGrid()),
                    fillValue(metadata),
                    metadata.codecs().toJson(),
                    manifests.size());
        }

        private static Optional<JsonNode> fillValue(ArrayMetadata metadata) {
            try {
                return Optional.of(metadata.fillValue().toJson());
            } catch (UnsupportedExtensionException e) {
                // An array of an unknown data type is shown without it.
                return Optional.empty();
            }
        }

        private static List<JsonNode> chunkShape(ChunkGrid grid) {
            if (!grid.isRegular()) {
                return grid.chunkLengths().stream().map(ChunkLengths::toJson).toList();
            }
            return Arrays.stream(grid.chunkShape())
                    .mapToObj(length -> (JsonNode) JsonNodeFactory.instance.numberNode(length))
                    .toList();
        }

        /** {@return data type, dimensions with their lengths, and chunk shape in one line} */
        String text() {
            List<String> lengths = new ArrayList<>();
            for (int i = 0; i < shape.size(); i++) {
                long length = shape.get(i);
                lengths.add(dimensions.get(i).map(name -> name + ": " + length).orElse(Long.toString(length)));
            }
            List<String> chunk = chunkShape.stream().map(Object::toString).toList();
            return dataType + " (" + String.join(", ", lengths) + ") in chunks of (" + String.join(", ", chunk) + ")";
        }
    }

    static NodeSummary of(Session session, Node node) {
        if (node.data() instanceof NodeData.Array array) {
            ArrayMetadata metadata = session.arrayMetadata(node.path());
            return new NodeSummary(
                    node.path(),
                    "array",
                    Optional.of(ArraySummary.of(metadata, array.manifests())),
                    metadata.attributes());
        }
        return new NodeSummary(
                node.path(),
                "group",
                Optional.empty(),
                session.groupMetadata(node.path()).attributes());
    }
}
