package io.icestream.ingest.topology;

import java.util.function.Supplier;

/** Round ids in order. */
final class RoundIds implements Supplier<String> {
    private int next;

    @Override
    public String get() {
        return "round-" + next++;
    }
}
