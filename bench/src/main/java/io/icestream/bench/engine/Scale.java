package io.icestream.bench.engine;

/** How much work a workload does. */
enum Scale {
    /** What the reference script does. */
    FULL,
    /** Enough for the JVM to compile what matters; its figures are thrown away. */
    WARM_UP,
    /** As little as shows that it works. */
    SMOKE;

    /** The size that goes with this scale. */
    int of(int full, int warmUp, int smoke) {
        return switch (this) {
            case FULL -> full;
            case WARM_UP -> warmUp;
            case SMOKE -> smoke;
        };
    }
}
