package io.icestream.ingest.topology;

import org.jspecify.annotations.Nullable;

/**
 * Key of a source record. All keys are equal, so that all records of a task share one entry of the marker table (see {@link
 * DecodeProcessor}); the key as it was read rides along for dead letters.
 */
final class MarkerKey {

    private final byte @Nullable [] raw;

    MarkerKey(byte @Nullable [] raw) {
        this.raw = raw;
    }

    /** The key as it was read. */
    byte @Nullable [] raw() {
        return raw;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MarkerKey;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return "marker";
    }
}
