package io.icestream.engine.maintenance;

import io.icestream.engine.asset.Batches;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.session.Relocations;
import io.icestream.engine.session.SessionContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds the small chunks of one array, and those in hollow packs. An object that holds several chunks is as large as the end of its last one; so the
 * manifests are read twice, first for the ends. Memory: the manifests of a batch, and 28 to 56 bytes for each such object.
 */
final class ArraySurvey {
    private static final int ASK_EVERY = 1024;

    private final SessionContext context;
    private final CompactRequest.Sizes sizes;
    private final HollowPacks hollow;
    private final NodeId array;
    private final List<ManifestFile> manifests;
    private final IdTable ends = new IdTable();
    private final Set<ManifestId> crowded = new HashSet<>();
    private long small;

    ArraySurvey(SessionContext context, CompactRequest.Sizes sizes, HollowPacks hollow, Snapshot snapshot, Node node) {
        this.context = context;
        this.sizes = sizes;
        this.hollow = hollow;
        this.array = node.id();
        this.manifests = ((NodeData.Array) node.data())
                .manifests().stream()
                        .map(manifest -> file(snapshot, manifest.id()))
                        .toList();
    }

    private static ManifestFile file(Snapshot snapshot, ManifestId id) {
        return snapshot.findManifestFile(id)
                .orElseThrow(() -> new CorruptObjectException(
                        ObjectKind.SNAPSHOT.prefix() + snapshot.id(),
                        0,
                        "manifest " + id + " in the list of manifests",
                        "no such entry"));
    }

    /** Gives small chunks to {@code chunks} as long as more are wanted; false if that ended before the last. */
    boolean run(BooleanSupplier wanted, Consumer<SmallChunk> chunks) {
        if (!walk(wanted, this::look)) {
            return false;
        }
        return small == 0 || walk(wanted, manifest -> give(manifest, wanted, chunks));
    }

    private boolean walk(BooleanSupplier wanted, Consumer<Manifest> visitor) {
        for (List<ManifestFile> batch : Batches.of(manifests, ManifestFile::sizeBytes, Batches.MANIFEST_BYTES)) {
            if (!wanted.getAsBoolean()) {
                return false;
            }
            context.parallel().map(batch, context.assets()::fetchManifest).forEach(visitor);
        }
        return wanted.getAsBoolean();
    }

    private void look(Manifest manifest) {
        long inline = 0;
        ManifestCursor cursor = manifest.cursor(array);
        while (cursor.advance()) {
            ChunkReference reference = cursor.reference();
            if (reference instanceof ChunkReference.Inline) {
                inline += reference.length();
            } else if (reference instanceof ChunkReference.Native stored) {
                look(stored);
            }
        }
        if (inline > sizes.inlineBytes()) {
            crowded.add(manifest.id());
            small++;
        }
    }

    private void look(ChunkReference.Native stored) {
        if (hollow.contains(stored)) {
            small++;
        } else if (stored.length() < sizes.smallBytes()) {
            small++;
            if (stored.offset() > 0) {
                ends.raise(stored.id().high(), stored.id().low(), stored.offset() + stored.length());
            }
        }
    }

    private void give(Manifest manifest, BooleanSupplier wanted, Consumer<SmallChunk> chunks) {
        boolean inlineToo = crowded.contains(manifest.id());
        ManifestCursor cursor = manifest.cursor(array);
        for (int i = 1; cursor.advance() && (i % ASK_EVERY != 0 || wanted.getAsBoolean()); i++) {
            ChunkReference reference = cursor.reference();
            boolean ofHollowPack = reference instanceof ChunkReference.Native stored && hollow.contains(stored);
            if (ofHollowPack || isSmall(reference, inlineToo)) {
                chunks.accept(new SmallChunk(cursor.index(), reference, ofHollowPack));
            }
        }
    }

    private boolean isSmall(ChunkReference reference, boolean inlineToo) {
        if (reference instanceof ChunkReference.Native stored) {
            return stored.length() < sizes.smallBytes()
                    && Relocations.isRelocatable(stored)
                    && ends.find(stored.id().high(), stored.id().low()) < sizes.smallBytes();
        }
        return inlineToo && reference instanceof ChunkReference.Inline && reference.length() > 0;
    }
}
