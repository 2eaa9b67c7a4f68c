package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.virtual.VirtualAccessException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Compares manifests with what snapshots say of them and with the chunk objects. Thread-safe. */
final class ManifestCheck {
    private static final String RESTORE =
            "restore the object from a backup of the storage, or write the chunk anew and let the old snapshots expire";

    /** Beyond that, locations outside the repository are no longer looked at, so that memory is bounded. */
    private static final int MAX_LOCATIONS = 10_000;

    private final Storage storage;
    private final SessionContext context;
    private final VerifyRequest.Payloads payloads;
    private final Findings findings;
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
    final LongAdder references = new LongAdder();

    ManifestCheck(Storage storage, SessionContext context, VerifyRequest.Payloads payloads, Findings findings) {
        this.storage = storage;
        this.context = context;
        this.payloads = payloads;
        this.findings = findings;
    }

    /** What one snapshot says of a manifest. */
    void checkUse(Node node, ManifestReference use, Manifest manifest) {
        String key = ObjectKind.MANIFEST.prefix() + use.id();
        ManifestCursor cursor = manifest.cursor(node.id());
        while (cursor.advance() && !findings.isFull()) {
            ChunkIndex index = cursor.index();
            if (!use.covers(index)) {
                findings.error(
                        key,
                        "chunk [" + index + "] of array " + node.path()
                                + " lies outside the extents that a snapshot gives, so that readers do not find it",
                        "write the chunk anew");
            }
        }
    }

    /** What a manifest says by itself. */
    void check(ManifestFile file, Manifest manifest, ChunkObjects chunks) {
        String key = ObjectKind.MANIFEST.prefix() + file.id();
        if (manifest.chunkReferences() != file.chunkReferences()) {
            findings.warning(
                    key,
                    "holds " + manifest.chunkReferences() + " references, a snapshot says " + file.chunkReferences(),
                    "nothing needs to be done; the number is for information");
        }
        manifest.nodes()
                .forEach(node -> manifest.forEach(node, (index, reference) -> {
                    if (reference instanceof ChunkReference.Native stored
                            && chunks.partition().contains(stored.id().high())) {
                        checkChunk(key, index, stored, chunks);
                    } else if (payloads == VerifyRequest.Payloads.READ
                            && chunks.partition().number() == 0
                            && reference instanceof ChunkReference.Virtual outside) {
                        checkOutside(key, index, outside);
                    }
                }));
    }

    /** One finding per object, or per container that may not be read: what is wrong mostly concerns all of its chunks. */
    private void checkOutside(String key, ChunkIndex index, ChunkReference.Virtual outside) {
        if (unreadable.size() >= MAX_LOCATIONS || unreadable.contains(outside.location())) {
            return;
        }
        try {
            context.fetchChunk(outside);
        } catch (VirtualAccessException e) {
            String container =
                    e.container().map(VirtualChunkContainer::urlPrefix).orElse("");
            if (unreadable.add(e.reason() + " " + container)) {
                findings.warning(
                        outside.location(),
                        "virtual chunk [" + index + "] in " + key + " was not looked at: " + e.getMessage(),
                        "allow it, or add a container, to look at all chunks of this kind");
            }
        } catch (StorageException e) {
            if (unreadable.add(outside.location())) {
                findings.error(
                        outside.location(),
                        "virtual chunk [" + index + "] in " + key + " cannot be read: " + e.getMessage(),
                        "restore the object, or write the references anew");
            }
        }
    }

    private void checkChunk(String key, ChunkIndex index, ChunkReference.Native stored, ChunkObjects chunks) {
        String chunk = ObjectKind.CHUNK.prefix() + stored.id();
        long size = chunks.sizeBytes(stored.id().high(), stored.id().low());
        if (size < stored.offset() + stored.length()) {
            // Written since the chunks were listed, perhaps.
            Optional<ObjectSummary> now = storage.stat(chunk);
            if (now.isEmpty()) {
                findings.error(chunk, "is missing, chunk [" + index + "] in " + key + " refers to it", RESTORE);
                return;
            }
            if (now.get().sizeBytes() < stored.offset() + stored.length()) {
                findings.error(
                        chunk,
                        "has " + now.get().sizeBytes() + " bytes, chunk [" + index + "] in " + key + " needs "
                                + (stored.offset() + stored.length()),
                        RESTORE);
                return;
            }
        }
        if (payloads == VerifyRequest.Payloads.READ) {
            read(chunk, stored);
        }
    }

    private void read(String chunk, ChunkReference.Native stored) {
        try {
            context.fetchChunk(stored);
        } catch (StorageException e) {
            findings.error(chunk, "cannot be read: " + e.getMessage(), RESTORE);
        }
    }
}
