package io.icestream.engine.format;

/**
 * What a session fetches ahead when it is opened.
 *
 * @param condition which manifests
 * @param maxReferences chunk references in all of them together; what would exceed it is left out
 * @param maxArrays how many arrays are looked at, in the order of their paths
 */
public record ManifestPreload(PreloadCondition condition, long maxReferences, int maxArrays) {
    /** What the format says holds if only the condition is set: at most 10,000 references of the first 50 arrays. */
    public static ManifestPreload of(PreloadCondition condition) {
        return new ManifestPreload(condition, PreloadCodec.DEFAULT_REFERENCES, PreloadCodec.DEFAULT_ARRAYS);
    }

    /** Checks the ranges. */
    public ManifestPreload {
        Ranges.checkUnsigned32("number of chunk references", maxReferences);
        if (maxArrays < 0) {
            throw new IllegalArgumentException("Invalid number of arrays " + maxArrays + ": it must not be negative");
        }
    }
}
