package io.icestream.engine.maintenance;

import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads snapshots and, each once, the manifests that they list: some at a time, in parallel, at most
 * {@value #BATCH_BYTES} bytes of stored manifests at once or a single larger one. Remembers 28 to 56 bytes per manifest.
 */
final class ManifestWalk {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestWalk.class);
    private static final int BATCH = 64;
    private static final long BATCH_BYTES = 16L << 20;

    private final SessionContext context;
    private final Deadline deadline;
    private final IdTable visited = new IdTable();
    private final List<ManifestFile> pending = new ArrayList<>();
    private long pendingBytes;

    ManifestWalk(SessionContext context, Deadline deadline) {
        this.context = context;
        this.deadline = deadline;
    }

    /** What to do on the way. */
    interface Visitor {
        /** A snapshot was read; called by one thread. */
        void snapshot(Snapshot snapshot);

        /** A manifest was read; called by several threads at a time. */
        void manifest(ManifestFile file, Manifest manifest);
    }

    /** Visits; false if the time was over before the end. Fails if a snapshot or a manifest is missing or damaged. */
    boolean run(List<SnapshotId> snapshots, Visitor visitor, LongConsumer read) {
        return run(snapshots, read, visitor, id -> Optional.of(fetch(id)), file -> visitor.manifest(file, fetch(file)));
    }

    /**
     * Visits snapshots that need not be whole, as those that a killed writer left; what is missing or damaged is passed
     * over. To be called after what must be whole was visited.
     */
    boolean runAsFarAsThere(List<SnapshotId> snapshots, Visitor visitor, LongConsumer read) {
        return run(
                snapshots,
                read,
                visitor,
                id -> find(() -> fetch(id)),
                file -> find(() -> fetch(file)).ifPresent(manifest -> visitor.manifest(file, manifest)));
    }

    private Snapshot fetch(SnapshotId id) {
        return context.assets().fetchSnapshot(id);
    }

    private Manifest fetch(ManifestFile file) {
        return context.assets().fetchManifest(file);
    }

    private static <T> Optional<T> find(Supplier<T> fetch) {
        try {
            return Optional.of(fetch.get());
        } catch (ObjectNotFoundException | CorruptObjectException e) {
            LOG.info("Passing over an object that is missing or damaged: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private boolean run(
            List<SnapshotId> snapshots,
            LongConsumer read,
            Visitor visitor,
            Function<SnapshotId, Optional<Snapshot>> fetch,
            Consumer<ManifestFile> visit) {
        for (int from = 0; from < snapshots.size(); from += BATCH) {
            if (deadline.isOver()) {
                return false;
            }
            List<SnapshotId> batch = snapshots.subList(from, Math.min(snapshots.size(), from + BATCH));
            for (Optional<Snapshot> snapshot : context.parallel().map(batch, fetch)) {
                if (snapshot.isPresent()) {
                    visitor.snapshot(snapshot.get());
                    if (!enqueue(snapshot.get(), visit)) {
                        return false;
                    }
                }
            }
            read.accept(from + batch.size());
        }
        flush(visit);
        return true;
    }

    private boolean enqueue(Snapshot snapshot, Consumer<ManifestFile> visit) {
        for (ManifestFile file : snapshot.manifestFiles()) {
            if (visited.add(file.id().high(), file.id().low(), 0)) {
                if (pending.size() == BATCH || pendingBytes + file.sizeBytes() > BATCH_BYTES) {
                    flush(visit);
                    if (deadline.isOver()) {
                        return false;
                    }
                }
                pending.add(file);
                pendingBytes += file.sizeBytes();
            }
        }
        return true;
    }

    private void flush(Consumer<ManifestFile> visit) {
        context.parallel().map(pending, file -> {
            visit.accept(file);
            return file;
        });
        pending.clear();
        pendingBytes = 0;
    }
}
