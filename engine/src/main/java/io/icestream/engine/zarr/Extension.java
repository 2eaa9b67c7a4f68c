package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;

/**
 * An extension point of a metadata document: an object with name and configuration, or just the name.
 *
 * @param field the whole entry
 * @param name its name
 * @param configuration its configuration; an empty object if absent
 * @param mustUnderstand whether a reader that does not know it has to refuse the node
 */
record Extension(MetadataField field, String name, MetadataField configuration, boolean mustUnderstand) {
    static Extension parse(MetadataField field) {
        if (field.node().isTextual()) {
            return new Extension(
                    field, field.asText(), new MetadataField(Json.object(), field.path() + ".configuration"), true);
        }
        if (!field.node().isObject()) {
            throw field.expected("an object with a name, or a name");
        }
        String name = field.member("name").asText();
        MetadataField configuration = field.member("configuration");
        if (!configuration.isPresent()) {
            configuration = new MetadataField(Json.object(), configuration.path());
        }
        return new Extension(field, name, configuration.requireObject(), mustUnderstand(field.node()));
    }

    /** Whether a value that a reader does not know forbids it to go on. */
    static boolean mustUnderstand(JsonNode value) {
        JsonNode marker = value.get("must_understand");
        return marker == null || !marker.isBoolean() || marker.booleanValue();
    }

    /** Refuses configuration members that we would otherwise silently ignore. */
    Extension requireOnly(Set<String> known) {
        for (Iterator<String> names = configuration.node().fieldNames(); names.hasNext(); ) {
            String member = names.next();
            if (!known.contains(member)) {
                throw configuration
                        .member(member)
                        .invalid("unknown configuration of '" + name + "'; known are " + known);
            }
        }
        return this;
    }

    UnsupportedExtensionException unsupported(String kind) {
        return new UnsupportedExtensionException(kind, name, field.path());
    }
}
