package io.icestream.engine.storage.cloud;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The query of an address, as it is put together. Not thread-safe. */
public final class Query {
    private final Map<String, String> parameters = new TreeMap<>();

    /**
     * Adds a parameter.
     *
     * @param name its name
     * @param value its value, not encoded
     * @return this query
     */
    public Query add(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    /**
     * Adds a parameter if it has a value.
     *
     * @param name its name
     * @param value its value, not encoded
     * @return this query
     */
    public Query add(String name, Optional<String> value) {
        value.ifPresent(present -> add(name, present));
        return this;
    }

    /**
     * @return the parameters in the order of their names, not encoded
     */
    public Map<String, String> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    /**
     * @return the query as it stands in an address, with the question mark; empty without parameters
     */
    @Override
    public String toString() {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + Endpoints.encoded(entry.getValue()))
                .collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
    }
}
