package io.icestream.engine.format;

/**
 * How the locations of virtual chunks are compressed in manifests: with a dictionary made of some of them. Readers need no
 * setting.
 *
 * @param minReferences how many references a manifest has at least, and how many of them are virtual, 0 to 65535
 * @param maxSamples of how many locations the dictionary is made at most, 0 to 65535; 0 is never
 * @param maxDictionaryBytes its largest size
 * @param level zstd level
 */
public record LocationCompression(int minReferences, int maxSamples, int maxDictionaryBytes, int level) {
    /** From 1000 references on, 100 samples, 2048 bytes, level 3. */
    public static final LocationCompression DEFAULT = new LocationCompression(1000, 100, 2048, 3);

    private static final int MAX_U16 = 0xFFFF;

    /** Checks the ranges. */
    public LocationCompression {
        if (minReferences < 0 || minReferences > MAX_U16 || maxSamples < 0 || maxSamples > MAX_U16) {
            throw new IllegalArgumentException("Invalid compression of locations: " + minReferences + " references, "
                    + maxSamples + " samples; both must be from 0 to " + MAX_U16);
        }
        if (maxDictionaryBytes < 0) {
            throw new IllegalArgumentException(
                    "Invalid compression of locations: a dictionary of " + maxDictionaryBytes + " bytes");
        }
    }

    boolean isWorthwhile(long references, long virtualReferences) {
        return maxSamples > 0 && references >= minReferences && virtualReferences >= Math.max(1, minReferences);
    }
}
