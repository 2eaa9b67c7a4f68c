package io.icestream.engine.storage.http;

import io.icestream.engine.storage.cloud.Sleeper;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * How web servers are asked. Immutable; each {@code with} method gives a changed copy.
 *
 * @param headers sent with each request to the server that was named; not to another one that it redirects to, since they
 *     may hold secrets
 * @param limits how long, how often, how much
 * @param random chooses pauses; thread-safe
 * @param sleeper lets time pass between attempts
 */
public record HttpOptions(
        SortedMap<String, String> headers, HttpLimits limits, RandomGenerator random, Sleeper sleeper) {
    /** Copies the headers. */
    public HttpOptions {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    /**
     * No headers, the usual limits.
     *
     * @return the options
     */
    public static HttpOptions defaults() {
        return new HttpOptions(Collections.emptySortedMap(), HttpLimits.DEFAULT, new SecureRandom(), Sleeper.system());
    }

    /**
     * @param more headers to add
     * @return the changed options
     */
    public HttpOptions withHeaders(Map<String, String> more) {
        SortedMap<String, String> all = new TreeMap<>(headers);
        all.putAll(more);
        return new HttpOptions(all, limits, random, sleeper);
    }

    /**
     * @param value how long, how often, how much
     * @return the changed options
     */
    public HttpOptions withLimits(HttpLimits value) {
        return new HttpOptions(headers, value, random, sleeper);
    }

    /**
     * @param value lets time pass between attempts
     * @return the changed options
     */
    public HttpOptions withSleeper(Sleeper value) {
        return new HttpOptions(headers, limits, random, value);
    }

    /** The names of the headers, not their values. */
    @Override
    public String toString() {
        return "HttpOptions[headers " + headers.keySet() + ", " + limits + "]";
    }
}
