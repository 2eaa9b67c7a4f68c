package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;

/** Marks those candidates that something reaches. */
final class Reached implements ManifestWalk.Visitor {
    private final IdTable manifests;
    private final IdTable chunks;

    Reached(Candidates candidates) {
        manifests = candidates.of(ObjectKind.MANIFEST);
        chunks = candidates.of(ObjectKind.CHUNK);
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        for (ManifestFile file : snapshot.manifestFiles()) {
            manifests.mark(file.id().high(), file.id().low());
        }
    }

    @Override
    public void manifest(ManifestFile file, Manifest manifest) {
        for (NodeId node : manifest.nodes()) {
            ManifestCursor cursor = manifest.cursor(node);
            while (cursor.advance()) {
                if (cursor.reference() instanceof ChunkReference.Native stored) {
                    chunks.mark(stored.id().high(), stored.id().low());
                }
            }
        }
    }
}
