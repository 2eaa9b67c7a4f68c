package io.icestream.ingest.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Collects what is wrong, so that all of it can be told at once. */
final class Problems {

    private final List<Problem> found = new ArrayList<>();

    void add(String key, String message) {
        found.add(new Problem(key, message));
    }

    /** {@return whether nothing is wrong with these keys or anything below them} */
    boolean noneAt(String... keys) {
        for (String key : keys) {
            for (Problem problem : found) {
                if (problem.key().equals(key)
                        || problem.key().startsWith(key + ".")
                        || problem.key().startsWith(key + "[")) {
                    return false;
                }
            }
        }
        return true;
    }

    void throwIfAny(UnaryOperator<String> mask) {
        if (!found.isEmpty()) {
            throw new ConfigException(found.stream()
                    .map(problem -> new Problem(problem.key(), mask.apply(problem.message())))
                    .toList());
        }
    }
}
