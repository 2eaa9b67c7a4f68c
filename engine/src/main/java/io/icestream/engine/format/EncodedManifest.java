package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A manifest ready to be stored.
 *
 * @param file its entry for the list of manifests of the snapshot
 * @param bytes the whole file, read-only
 * @param extents per array the tight bounding box of its references
 * @param content the same manifest for reading, unless it is so large that it is not kept beside the file
 */
public record EncodedManifest(
        ManifestFile file,
        ByteBuffer bytes,
        SortedMap<NodeId, List<ChunkIndexRange>> extents,
        Optional<Manifest> content) {
    /** How an array of the snapshot refers to this manifest, which must hold references of it. */
    public ManifestReference reference(NodeId node) {
        List<ChunkIndexRange> box = extents.get(node);
        if (box == null) {
            throw new IllegalArgumentException("Manifest " + file.id() + " has no references of node " + node);
        }
        return new ManifestReference(file.id(), box);
    }
}
