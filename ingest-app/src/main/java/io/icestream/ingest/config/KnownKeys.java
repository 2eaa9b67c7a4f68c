package io.icestream.ingest.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** The keys that reading a configuration asks for: found out by reading, so that they are written down in one place only. */
final class KnownKeys {

    private final Set<String> single = new LinkedHashSet<>();
    private final Set<String> open = new LinkedHashSet<>();

    /** Notes a key with a value or a list. */
    void single(String key) {
        single.add(key);
    }

    /** Notes a group whose own keys are not ours. */
    void open(String key) {
        open.add(key);
    }

    Set<String> single() {
        return single;
    }

    Set<String> open() {
        return open;
    }
}
