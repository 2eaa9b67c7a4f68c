package io.icestream.engine.format;

import java.util.List;

/**
 * Says which manifest holds the references of an array in a box of its chunk grid.
 *
 * @param id the manifest
 * @param extents one range per dimension: the tight bounding box of the references; none for an array without
 *     dimensions
 */
public record ManifestReference(ManifestId id, List<ChunkIndexRange> extents) {
    /** Copies the extents. */
    public ManifestReference {
        extents = List.copyOf(extents);
    }

    /** Whether the manifest may hold the reference of {@code index}; if not, it certainly does not. */
    public boolean covers(ChunkIndex index) {
        if (index.rank() != extents.size()) {
            return false;
        }
        for (int i = 0; i < index.rank(); i++) {
            if (!extents.get(i).contains(index.at(i))) {
                return false;
            }
        }
        return true;
    }
}
