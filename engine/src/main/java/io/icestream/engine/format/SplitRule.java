package io.icestream.engine.format;

import java.util.List;

/**
 * How the manifests of some arrays are split.
 *
 * @param arrays which arrays
 * @param dimensions splits; for each dimension the first one that matches counts
 */
public record SplitRule(ArrayCondition arrays, List<DimensionSplit> dimensions) {
    /** Copies the list. */
    public SplitRule {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * How some dimensions are split.
     *
     * @param dimension which dimensions
     * @param chunks length of each part, counted in chunks; the last one may be shorter
     */
    public record DimensionSplit(DimensionCondition dimension, long chunks) {
        /** Checks the range. */
        public DimensionSplit {
            if (chunks < 1 || chunks > Ranges.MAX_U32) {
                throw new IllegalArgumentException(
                        "Invalid manifest split of " + chunks + " chunks: it must be from 1 to " + Ranges.MAX_U32);
            }
        }
    }
}
