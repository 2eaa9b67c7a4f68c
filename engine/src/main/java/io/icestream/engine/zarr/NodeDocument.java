package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** What array and group metadata documents have in common. */
final class NodeDocument {
    private NodeDocument() {}

    /** Checks format, node type and unknown keys of a document. */
    static MetadataField check(ObjectNode document, String nodeType, Set<String> knownKeys) {
        MetadataField root = new MetadataField(document, "$");
        MetadataField format = root.member("zarr_format");
        if (!format.node().isIntegralNumber() || format.node().asLong() != 3) {
            throw format.expected("3");
        }
        MetadataField type = root.member("node_type");
        if (!type.node().isTextual() || !type.asText().equals(nodeType)) {
            throw type.expected("\"" + nodeType + "\"");
        }
        if (root.member("attributes").isPresent()) {
            root.member("attributes").requireObject();
        }
        refuseUnknownKeys(document, knownKeys);
        return root;
    }

    /** Unknown keys are kept where they allow it, and otherwise nobody may read the node. */
    private static void refuseUnknownKeys(ObjectNode document, Set<String> knownKeys) {
        for (Map.Entry<String, JsonNode> field : document.properties()) {
            if (!knownKeys.contains(field.getKey())
                    && !isNoConsolidatedMetadata(field)
                    && Extension.mustUnderstand(field.getValue())) {
                throw new UnsupportedExtensionException("metadata key", field.getKey(), "$." + field.getKey());
            }
        }
    }

    /** Groups by the first releases of zarr-python 3 say so when they have none. */
    private static boolean isNoConsolidatedMetadata(Map.Entry<String, JsonNode> field) {
        return field.getKey().equals("consolidated_metadata")
                && field.getValue().isNull();
    }

    /** A copy of the document's attributes; an empty object if there are none. */
    static ObjectNode attributes(ObjectNode document) {
        return document.get("attributes") instanceof ObjectNode attributes ? attributes.deepCopy() : Json.object();
    }

    /**
     * Attributes in the form in which they are read back, so that what was built equals what is parsed.
     *
     * @throws IllegalArgumentException if a number is not finite, for which JSON has no form
     */
    static ObjectNode normal(ObjectNode attributes) {
        requireFinite(attributes, "attributes");
        return Json.parse(Json.write(attributes));
    }

    private static void requireFinite(JsonNode node, String path) {
        if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
            throw new IllegalArgumentException(
                    "Invalid number " + node.doubleValue() + " at " + path + ": JSON has no form for it; use a string");
        }
        if (node.isObject()) {
            node.properties().forEach(field -> requireFinite(field.getValue(), path + "." + field.getKey()));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            requireFinite(node.get(i), path + "[" + i + "]");
        }
    }
}
