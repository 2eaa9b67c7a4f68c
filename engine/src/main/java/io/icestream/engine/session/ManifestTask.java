package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One manifest to write: what some old manifests hold inside a box, with changes on top.
 *
 * @param array the array
 * @param bounds the box, one range per axis, in chunks
 * @param sources old manifests that reach into the box
 * @param changes changed chunks of the box, sorted; an empty reference is a deletion
 */
record ManifestTask(
        NodeId array,
        List<ChunkIndexRange> bounds,
        List<ManifestReference> sources,
        List<Map.Entry<ChunkIndex, Optional<ChunkReference>>> changes) {

    /** Identifies the result as long as the changes of the array stay what they are. */
    Key key() {
        return new Key(
                array, bounds, sources.stream().map(ManifestReference::id).toList());
    }

    record Key(NodeId array, List<ChunkIndexRange> bounds, List<ManifestId> sources) {}
}
