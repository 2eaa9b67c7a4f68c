package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Metadata of snapshots and repositories: names to JSON values, sorted by the UTF-8 bytes of the names. */
final class Metadata {
    /** The one name that the library itself uses. */
    static final String LIBRARY_KEY = "__icechunk";

    private Metadata() {}

    /** An unmodifiable copy that shares no mutable value with {@code source}, in the form that decoding gives. */
    static SortedMap<String, JsonNode> copyOf(Map<String, ? extends JsonNode> source) {
        TreeMap<String, JsonNode> copy = new TreeMap<>(Utf8Order.COMPARATOR);
        source.forEach((name, value) -> copy.put(name, FlexBuffers.normal(value)));
        return Collections.unmodifiableSortedMap(copy);
    }

    /** What the first snapshot of a repository carries. */
    static SortedMap<String, JsonNode> ofRoot() {
        return copyOf(Map.of(LIBRARY_KEY, JsonNodeFactory.instance.objectNode().put("is_root", true)));
    }
}
