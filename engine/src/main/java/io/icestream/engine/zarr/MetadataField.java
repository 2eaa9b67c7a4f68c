package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A value in a metadata document together with the place where it stands, for messages.
 *
 * @param node the value; a missing node if absent
 * @param path its place, as in {@code $.shape[1]}
 */
record MetadataField(JsonNode node, String path) {
    private static final int SHOWN_CHARACTERS = 60;

    boolean isPresent() {
        return !node.isMissingNode();
    }

    /** The member of that name; an absent one if there is none. */
    MetadataField member(String name) {
        JsonNode member = node.get(name);
        return new MetadataField(member == null ? MissingNode.getInstance() : member, path + "." + name);
    }

    MetadataField element(int index) {
        return new MetadataField(node.get(index), path + "[" + index + "]");
    }

    List<MetadataField> elements() {
        if (!node.isArray()) {
            throw expected("an array");
        }
        List<MetadataField> elements = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            elements.add(element(i));
        }
        return elements;
    }

    MetadataField requireObject() {
        if (!node.isObject()) {
            throw expected("an object");
        }
        return this;
    }

    String asText() {
        if (!node.isTextual()) {
            throw expected("a string");
        }
        return node.textValue();
    }

    long asLength() {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw expected("a whole number from 0 to " + Long.MAX_VALUE);
        }
        return node.longValue();
    }

    int asInt(int smallest, int largest) {
        if (!node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < smallest
                || node.intValue() > largest) {
            throw expected("a whole number from " + smallest + " to " + largest);
        }
        return node.intValue();
    }

    long[] asLengths() {
        return elements().stream().mapToLong(MetadataField::asLength).toArray();
    }

    InvalidMetadataException expected(String what) {
        return invalid("expected " + what + ", found " + shown());
    }

    InvalidMetadataException invalid(String problem) {
        return new InvalidMetadataException(path, problem);
    }

    private String shown() {
        if (!isPresent()) {
            return "nothing";
        }
        String text = node.toString();
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
