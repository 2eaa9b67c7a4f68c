package io.icestream.engine.format;

/**
 * A manifest in the list that a snapshot keeps of its manifests.
 *
 * @param id the manifest
 * @param sizeBytes exact size of the whole file; readers fetch just that range
 * @param chunkReferences number of references in it
 */
public record ManifestFile(ManifestId id, long sizeBytes, long chunkReferences) {
    /** Checks the ranges. */
    public ManifestFile {
        Ranges.checkNotNegative("size of manifest", sizeBytes);
        Ranges.checkUnsigned32("number of chunk references", chunkReferences);
    }
}
