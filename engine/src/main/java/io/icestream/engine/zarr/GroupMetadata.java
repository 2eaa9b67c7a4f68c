package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Metadata of a group: its {@code zarr.json}. Immutable.
 *
 * <p>Source: Zarr core specification, group metadata.
 */
public final class GroupMetadata {
    private static final Set<String> KNOWN_KEYS = Set.of("zarr_format", "node_type", "attributes");

    private final ObjectNode document;

    private GroupMetadata(ObjectNode document) {
        NodeDocument.check(document, "group", KNOWN_KEYS);
        this.document = document;
    }

    /** A group without attributes. */
    public static GroupMetadata empty() {
        return of(Json.object());
    }

    /**
     * A group with these attributes, copied.
     *
     * @throws IllegalArgumentException if a number in them is not finite
     */
    public static GroupMetadata of(ObjectNode attributes) {
        ObjectNode document = Json.object().put("zarr_format", 3).put("node_type", "group");
        document.set("attributes", NodeDocument.normal(attributes));
        return new GroupMetadata(document);
    }

    /**
     * Reads a {@code zarr.json}. Keys that are not in the specification are kept if they say {@code "must_understand": false}.
     *
     * @throws InvalidMetadataException if it is no group metadata
     * @throws UnsupportedExtensionException if it has another key
     */
    public static GroupMetadata parse(byte[] json) {
        return new GroupMetadata(Json.parse(json));
    }

    /** The document, with everything that was parsed. */
    public byte[] toJson() {
        return Json.write(document);
    }

    /** The attributes; a copy. */
    public ObjectNode attributes() {
        return NodeDocument.attributes(document);
    }

    /**
     * The same group with other attributes, copied.
     *
     * @throws IllegalArgumentException if a number in them is not finite
     */
    public GroupMetadata withAttributes(ObjectNode attributes) {
        ObjectNode changed = document.deepCopy();
        changed.set("attributes", NodeDocument.normal(attributes));
        return new GroupMetadata(changed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupMetadata that && document.equals(that.document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return document.toString();
    }
}
