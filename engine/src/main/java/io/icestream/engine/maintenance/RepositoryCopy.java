package io.icestream.engine.maintenance;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.RepositoryObject;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Copies a repository, or chosen refs with all that they reach, to another store of any kind. Thread-safe; may run beside readers and
 * writers of the original.
 *
 * <p><b>Protocol.</b> The repository object of the original is read once, and that state is what arrives. Then the immutable objects
 * that it reaches are copied under their own names: chunks, manifests, transaction logs, snapshots; what the target has already in the same
 * size is left alone. The repository object comes last, on condition that there is none. Until then the target is no repository; a copy that
 * broke off is finished by making it again, from the same original and whatever its state is by then. Commits made meanwhile are not in
 * the copy. If something that is needed is collected meanwhile, the copy fails and can be made again.
 *
 * <p>Ids, histories, metadata, features and configuration stay. The copy is online; it has the log of operations as far as the repository
 * object carries it, or, with chosen refs, a new one. Former versions of the repository object stay behind, and so do those settings that tell how to use
 * the store of the original. Without branch {@code main} among the chosen ones, {@code main} is at the first snapshot. Virtual chunks are
 * copied as references.
 *
 * <p><b>Memory:</b> 28 to 56 bytes per snapshot, log and manifest in the original, and per chunk, of which at most {@link
 * CopyRequest#tableEntries} at a time; 64 MiB of objects on their way. <b>Cost:</b> one listing of each store, a request per snapshot and
 * per manifest, and two per object copied, or four if everything is read back; manifests and the listing of chunks again per further
 * part.
 */
public final class RepositoryCopy {
    private final Repository source;
    private final Storage target;

    /**
     * @param source to be copied
     * @param target where to; holds nothing but an unfinished copy
     */
    public RepositoryCopy(Repository source, Storage target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Runs once.
     *
     * @param request what to copy
     * @param progress is told how far it is
     * @return what was copied
     * @throws AlreadyExistsException if there is a repository at the target, or something else; nothing was written, or if somebody else
     *     was faster, objects that do no harm
     * @throws io.icestream.engine.ref.NotFoundException if a chosen branch, tag or snapshot does not exist
     * @throws UpdateUnknownException if it is not known whether the last step was done; run again to find out
     * @throws io.icestream.engine.storage.StorageException if a store does not work, or something is missing; run again
     * @throws io.icestream.engine.format.CorruptObjectException if metadata of the original is damaged; see {@link Verification}
     * @throws IllegalArgumentException if the target {@linkplain Storage#objectionToCreation objects}
     */
    public CopyReport run(CopyRequest request, Progress progress) {
        return new Run(source, target, request, progress).copy();
    }

    /** One run. */
    private static final class Run {
        private final Storage from;
        private final Storage target;
        private final SessionContext context;
        private final CopyRequest request;
        private final Progress progress;
        private final Deadline deadline;
        private final CopyTransfer transfer;
        private final RepositoryInfo info;

        Run(Repository source, Storage target, CopyRequest request, Progress progress) {
            this.from = source.storage();
            this.target = target;
            this.context = source.context();
            this.request = request;
            this.progress = progress;
            this.deadline = Deadline.after(request.timeBudget(), context.clock());
            this.transfer = new CopyTransfer(from, target, context.parallel(), request, deadline, progress);
            this.info =
                    new CopySelection(source.info(), request, context.clock().instant()).select();
        }

        CopyReport copy() {
            requireRoom();
            boolean finished = copyAll();
            if (finished && request.mode() == RunMode.CHANGE) {
                publish();
            }
            return new CopyReport(
                    request.mode(),
                    transfer.copied(),
                    transfer.present(),
                    info.snapshots().size(),
                    info.branches().size(),
                    info.tags().size(),
                    finished);
        }

        private void requireRoom() {
            target.objectionToCreation().ifPresent(objection -> {
                throw new IllegalArgumentException("Cannot copy to " + target.location() + ": " + objection);
            });
            try (Stream<ObjectSummary> objects = target.list("")) {
                objects.map(ObjectSummary::key)
                        .filter(Run::isForeign)
                        .findFirst()
                        .ifPresent(key -> {
                            throw new AlreadyExistsException("Cannot copy to " + target.location() + ": "
                                    + (key.equals(AssetKeys.REPOSITORY)
                                            ? "there is a repository; choose another place"
                                            : "there is '" + key
                                                    + "', which is no part of a copy; choose another place"));
                        });
            }
        }

        /** Whether an object cannot be from a copy that broke off. */
        private static boolean isForeign(String key) {
            return Stream.of(ObjectKind.SNAPSHOT, ObjectKind.TRANSACTION_LOG, ObjectKind.MANIFEST, ObjectKind.CHUNK)
                    .noneMatch(kind -> key.startsWith(kind.prefix()));
        }

        private boolean copyAll() {
            CopyTable manifests = table(ObjectKind.MANIFEST, Partition.WHOLE);
            Partition part = Partition.WHOLE;
            while (true) {
                CopyTable chunks = table(ObjectKind.CHUNK, part);
                if (!walk(manifests, chunks) || !transfer.copy(chunks)) {
                    return false;
                }
                if (chunks.partition().isLast()) {
                    break;
                }
                part = chunks.partition().next();
            }
            return transfer.copy(manifests) && transfer.copy(logs()) && transfer.copy(snapshots());
        }

        private CopyTable table(ObjectKind kind, Partition part) {
            int limit = kind == ObjectKind.CHUNK ? request.tableEntries() : Integer.MAX_VALUE;
            return CopyTable.list(kind, from, part, limit);
        }

        private boolean walk(CopyTable manifests, CopyTable chunks) {
            List<SnapshotId> listed = info.snapshots().ids();
            return new ManifestWalk(context, deadline)
                    .run(
                            listed,
                            new Needs(manifests, chunks),
                            done -> progress.report(Progress.Stage.READING, done, listed.size()));
        }

        /** Logs that are gone cannot be copied; the original does without them too. */
        private CopyTable logs() {
            CopyTable logs = table(ObjectKind.TRANSACTION_LOG, Partition.WHOLE);
            info.snapshots().all().forEach(entry -> {
                logs.needIfPresent(entry.id().high(), entry.id().low());
                entry.prunedAncestorLogs().forEach(id -> logs.needIfPresent(id.high(), id.low()));
            });
            return logs;
        }

        private CopyTable snapshots() {
            CopyTable snapshots = table(ObjectKind.SNAPSHOT, Partition.WHOLE);
            info.snapshots().ids().forEach(id -> snapshots.need(id.high(), id.low()));
            return snapshots;
        }

        private void publish() {
            RepositoryObject object = new RepositoryObject(target);
            ByteBuffer bytes = RepositoryObject.encode(info, context.config().repositoryObjectCompressionLevel());
            PutOutcome outcome = object.create(bytes);
            boolean refused = outcome instanceof PutOutcome.Refused;
            if (outcome instanceof PutOutcome.Unknown unknown) {
                Optional<ByteBuffer> found = target.find(AssetKeys.REPOSITORY).map(stored -> stored.bytes());
                if (found.isEmpty()) {
                    throw new UpdateUnknownException(
                            "No answer to the last step of the copy to " + target.location() + "; run it again",
                            unknown.cause());
                }
                refused = !found.get().equals(bytes);
            }
            if (refused) {
                throw new AlreadyExistsException("Cannot finish the copy to " + target.location()
                        + ": somebody else has just made a repository there; open it");
            }
        }
    }

    /** Notes what snapshots and manifests refer to. */
    private record Needs(CopyTable manifests, CopyTable chunks) implements ManifestWalk.Visitor {
        @Override
        public void snapshot(Snapshot snapshot) {
            snapshot.manifestFiles()
                    .forEach(file -> manifests.need(file.id().high(), file.id().low()));
        }

        @Override
        public void manifest(ManifestFile file, Manifest manifest) {
            for (NodeId node : manifest.nodes()) {
                ManifestCursor cursor = manifest.cursor(node);
                while (cursor.advance()) {
                    if (cursor.reference() instanceof ChunkReference.Native stored) {
                        chunks.need(stored.id().high(), stored.id().low());
                    }
                }
            }
        }
    }
}
