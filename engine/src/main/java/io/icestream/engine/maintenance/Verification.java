package io.icestream.engine.maintenance;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.UnsupportedFormatException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks whether everything that a repository refers to is there, whole and consistent; never changes anything. Thread-safe.
 *
 * <p>Looked at are: the repository object (refs and parents must be listed, or it does not open), in version 1 the refs and the
 * configuration; every snapshot that it
 * lists: present, decodable, of the right id, as the repository object says, its list of manifests against those that arrays
 * use, extents that overlap; every manifest: present, of the recorded length, decodable, its references within the extents and
 * the grid; every chunk object: present and long enough, and readable if asked for, and then virtual chunks too, as far as
 * their prefixes are authorised; transaction logs, those remembered as
 * pruned included.
 *
 * <p>May run beside writers. A snapshot that is collected meanwhile can show as missing: run again to be sure.
 * <b>Memory:</b> 28 to 56 bytes per manifest and per chunk object, the latter up to {@link VerifyRequest#tableEntries} at a
 * time. <b>Cost:</b> a request per snapshot, log and manifest, one listing of the chunks, and per further part the manifests
 * and the listing again; with payloads, a request per reference.
 */
public final class Verification {
    private static final String ROLL_BACK =
            "restore the object from a backup of the storage; else reset or delete the refs that lead to it, and expire";
    private static final String LOG_GONE =
            "reading goes on; commits of sessions based before it cannot be rebased over it, and diffs across it have a gap";

    private final Repository repository;

    /**
     * @param repository to be looked at
     */
    public Verification(Repository repository) {
        this.repository = repository;
    }

    /**
     * Runs once.
     *
     * @param request what to verify
     * @param progress is told how far it is
     * @return what was found
     * @throws io.icestream.engine.storage.StorageException if the storage does not work
     */
    public VerificationReport run(VerifyRequest request, Progress progress) {
        return new Run(repository, request, progress).verify();
    }

    /** One run. */
    private static final class Run {
        private final Storage storage;
        private final SessionContext context;
        private final AssetStore assets;
        private final VerifyRequest request;
        private final Progress progress;
        private final Findings findings;
        private final ManifestCheck manifestCheck;
        private final SnapshotCheck snapshotCheck;
        private long snapshots;

        Run(Repository repository, VerifyRequest request, Progress progress) {
            this.storage = repository.storage();
            this.context = repository.context();
            this.assets = context.assets();
            this.request = request;
            this.progress = progress;
            this.findings = new Findings(request.maxFindings());
            this.manifestCheck = new ManifestCheck(storage, context, request.payloads(), findings);
            this.snapshotCheck = new SnapshotCheck(findings);
        }

        VerificationReport verify() {
            RepositoryInfo info = context.references()
                    .fetchReadable((key, failure) -> findings.error(key, damage(failure), ROLL_BACK));
            ChunkObjects chunks = ChunkObjects.list(storage, Partition.WHOLE, request.tableEntries());
            checkLogs(info);
            long manifests = pass(info, chunks, true);
            while (!chunks.partition().isLast() && !findings.isFull()) {
                chunks = ChunkObjects.list(storage, chunks.partition().next(), request.tableEntries());
                pass(info, chunks, false);
            }
            return new VerificationReport(
                    findings.list(), !findings.isFull(), snapshots, manifests, manifestCheck.references.sum());
        }

        private long pass(RepositoryInfo info, ChunkObjects chunks, boolean first) {
            IdTable visited = new IdTable();
            IdTable uses = new IdTable();
            long done = 0;
            for (SnapshotId id : info.snapshots().ids()) {
                if (findings.isFull()) {
                    break;
                }
                String key = ObjectKind.SNAPSHOT.prefix() + id;
                Optional<Snapshot> snapshot = find(key, () -> assets.fetchSnapshot(id));
                if (snapshot.isPresent()) {
                    if (first) {
                        snapshots++;
                        check(info, snapshot.get(), uses);
                    }
                    checkManifests(snapshot.get(), chunks, visited, first);
                }
                progress.report(Progress.Stage.READING, ++done, info.snapshots().size());
            }
            return visited.size();
        }

        private void check(RepositoryInfo info, Snapshot snapshot, IdTable uses) {
            SnapshotEntry entry = info.snapshots().find(snapshot.id()).orElseThrow();
            snapshotCheck.check(entry, snapshot);
            for (Node node : snapshot.nodes()) {
                if (node.data() instanceof NodeData.Array array) {
                    array.manifests().forEach(use -> checkUse(snapshot, node, use, uses));
                }
            }
        }

        /** A manifest that two snapshots use in the same way is compared with the first one only. */
        private void checkUse(Snapshot snapshot, Node node, ManifestReference use, IdTable uses) {
            long way = 31L * use.hashCode() + node.id().hashCode();
            if (uses.add(use.id().high() ^ way, use.id().low(), 0)) {
                ManifestFile file = snapshot.findManifestFile(use.id()).orElseThrow();
                find(ObjectKind.MANIFEST.prefix() + use.id(), () -> assets.fetchManifest(file))
                        .ifPresent(manifest -> guarded(
                                ObjectKind.MANIFEST.prefix() + use.id(),
                                () -> manifestCheck.checkUse(node, use, manifest)));
            }
        }

        private void checkManifests(Snapshot snapshot, ChunkObjects chunks, IdTable visited, boolean first) {
            List<ManifestFile> files = snapshot.manifestFiles().stream()
                    .filter(file -> visited.add(file.id().high(), file.id().low(), 0))
                    .toList();
            context.parallel().map(files, file -> {
                checkManifest(file, chunks, first);
                return file;
            });
        }

        private void checkManifest(ManifestFile file, ChunkObjects chunks, boolean first) {
            String key = ObjectKind.MANIFEST.prefix() + file.id();
            if (first) {
                checkLength(key, file);
            }
            Optional<Manifest> manifest = find(key, () -> assets.fetchManifest(file));
            if (manifest.isPresent()) {
                guarded(key, () -> manifestCheck.check(file, manifest.get(), chunks));
                if (first) {
                    manifestCheck.references.add(manifest.get().chunkReferences());
                }
            }
        }

        private void checkLength(String key, ManifestFile file) {
            Optional<ObjectSummary> object = storage.stat(key);
            if (object.isPresent() && object.get().sizeBytes() != file.sizeBytes()) {
                findings.error(
                        key,
                        "has " + object.get().sizeBytes() + " bytes, a snapshot says " + file.sizeBytes(),
                        ROLL_BACK);
            }
        }

        private void checkLogs(RepositoryInfo info) {
            IdTable seen = new IdTable();
            info.snapshots().all().forEach(entry -> {
                if (entry.parent().isPresent()) {
                    checkLog(entry.id(), seen);
                }
                entry.prunedAncestorLogs().forEach(id -> checkLog(id, seen));
            });
        }

        private void checkLog(SnapshotId id, IdTable seen) {
            if (!findings.isFull() && seen.add(id.high(), id.low(), 0)) {
                String key = ObjectKind.TRANSACTION_LOG.prefix() + id;
                try {
                    assets.fetchTransactionLog(id);
                } catch (ObjectNotFoundException e) {
                    findings.warning(key, "is missing", LOG_GONE);
                } catch (IcestreamException e) {
                    findings.warning(key, damage(e), LOG_GONE);
                }
            }
        }

        private <T> Optional<T> find(String key, Supplier<T> fetch) {
            try {
                return Optional.of(fetch.get());
            } catch (ObjectNotFoundException e) {
                findings.error(key, "is missing", ROLL_BACK);
            } catch (UnsupportedFormatException e) {
                findings.warning(key, damage(e), "read it with a release that knows this version of the format");
            } catch (IcestreamException e) {
                findings.error(key, damage(e), ROLL_BACK);
            }
            return Optional.empty();
        }

        /** References are decoded one by one, so that damage may show late. */
        private void guarded(String key, Runnable check) {
            try {
                check.run();
            } catch (IcestreamException e) {
                findings.error(key, damage(e), ROLL_BACK);
            }
        }

        private static String damage(IcestreamException failure) {
            return "cannot be read: " + failure.getMessage();
        }
    }
}
