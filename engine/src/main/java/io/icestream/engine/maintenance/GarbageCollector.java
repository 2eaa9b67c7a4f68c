package io.icestream.engine.maintenance;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.UpdateStamp;
import io.icestream.engine.ref.Transition;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Deletes what no branch, no tag and no young snapshot reaches. Thread-safe; may run beside readers and writers, on the
 * condition that {@link CollectRequest} explains.
 *
 * <p><b>Protocol.</b>
 *
 * <ol>
 *   <li>List the objects that are old enough: the candidates.
 *   <li>Replace the repository object, without the snapshots that no ref leads to and whose objects are old. This is a
 *       fence: a commit under way that read the repository before loses its race and looks again. If nothing can be a
 *       candidate, nothing is replaced. A repository of version 1 of the format has no such object and so no fence: there the age
 *       alone protects what is written and not yet committed, or reset to.
 *   <li>Read all that the new version lists, and snapshots that are young or asked for, and mark what they reach. If an
 *       object is missing or damaged, stop: nothing has been deleted.
 *   <li>Delete the candidates without a mark: snapshots, transaction logs (those that kept snapshots remember as pruned stay),
 *       manifests, chunks, and then former versions of the repository object. So what refers goes before what it refers to,
 *       and a process killed on the way leaves garbage, never a gap.
 * </ol>
 *
 * <p><b>Memory.</b> 28 to 56 bytes per old object and per manifest reached, at most {@link CollectRequest#tableEntries} chunks
 * at a time; besides, the repository object and a few manifests. <b>Cost:</b> one listing, one request per snapshot kept and
 * per manifest reached, one per thousand objects deleted; listing of chunks and reading again for each further part.
 *
 * <p>Source: Icechunk specification 2; like the reference implementation, which has neither the fence nor the cleaning of
 * former versions.
 */
public final class GarbageCollector {
    private static final List<ObjectKind> DELETED_WHEN_UNREACHED =
            List.of(ObjectKind.SNAPSHOT, ObjectKind.TRANSACTION_LOG, ObjectKind.MANIFEST, ObjectKind.CHUNK);
    /** For a version of the repository object that is never written. */
    private static final UpdateStamp PREVIEW = new UpdateStamp(Instant.EPOCH, "none", 1);

    private final Repository repository;

    /**
     * @param repository to be cleaned
     */
    public GarbageCollector(Repository repository) {
        this.repository = repository;
    }

    /**
     * Runs once.
     *
     * @param request what is to be collected
     * @param progress is told how far it is
     * @return what was deleted, or would be; failures to delete are in it
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes
     * @throws io.icestream.engine.storage.StorageException if listing or reading failed; nothing was deleted since
     * @throws io.icestream.engine.format.CorruptObjectException if something reachable is damaged; see {@link Verification}
     */
    public CollectionReport run(CollectRequest request, Progress progress) {
        return new Run(repository, request, progress).collect();
    }

    /** The repository after the fence, and how many snapshots it no longer lists. */
    private record Fenced(RepositoryInfo info, int dropped) {}

    /** One run. */
    private static final class Run {
        private final Storage storage;
        private final SessionContext context;
        private final CollectRequest request;
        private final Progress progress;
        private final Deadline deadline;
        private final Deletion deletion;
        private int dropped;

        Run(Repository repository, CollectRequest request, Progress progress) {
            this.storage = repository.storage();
            this.context = repository.context();
            this.request = request;
            this.progress = progress;
            this.deadline = Deadline.after(request.timeBudget(), context.clock());
            this.deletion = new Deletion(
                    storage,
                    context.parallel(),
                    request.mode(),
                    deadline,
                    done -> progress.report(Progress.Stage.DELETING, done, 0));
        }

        CollectionReport collect() {
            Candidates candidates = new Candidates(
                    storage,
                    request.olderThan(),
                    request.tableEntries(),
                    deadline,
                    listed -> progress.report(Progress.Stage.LISTING, listed, 0));
            boolean finished = candidates.listAll() && pass(candidates);
            while (finished
                    && !deletion.hasFailed()
                    && !candidates.chunkPartition().isLast()) {
                finished = candidates.listChunks(candidates.chunkPartition().next()) && pass(candidates);
            }
            Tally temporaries = Tally.NONE;
            if (finished) {
                request.backupsOlderThan()
                        .ifPresent(cutoff -> new Backups(storage, cutoff)
                                .collect(context.references().fetch(), deletion));
                temporaries = temporaries();
            }
            return deletion.report(temporaries, dropped, finished);
        }

        /** Fence, read, delete; false if the time is over. */
        private boolean pass(Candidates candidates) {
            if (candidates.isEmpty()) {
                return true;
            }
            RepositoryInfo fenced = fence(candidates.of(ObjectKind.SNAPSHOT));
            markListed(fenced, candidates);
            boolean read = read(fenced, candidates);
            if (read) {
                for (ObjectKind kind : DELETED_WHEN_UNREACHED) {
                    deletion.delete(kind, candidates.of(kind));
                }
            }
            return read && deletion.isComplete();
        }

        private RepositoryInfo fence(IdTable oldSnapshots) {
            Fenced fenced = request.mode() == RunMode.DRY_RUN
                    ? drop(context.references().fetch(), oldSnapshots, PREVIEW)
                    : context.references().fence("drop unreachable snapshots", (info, stamp) -> {
                        Fenced next = drop(info, oldSnapshots, stamp);
                        return new Transition.Step.Write<>(next.info(), next);
                    });
            dropped += fenced.dropped();
            return fenced.info();
        }

        private Fenced drop(RepositoryInfo info, IdTable oldSnapshots, UpdateStamp stamp) {
            Set<SnapshotId> unreached = unreached(info, oldSnapshots);
            return new Fenced(
                    info.withCollection(info.snapshots().without(unreached, Adoption.BY_NEAREST_KEPT), stamp),
                    unreached.size());
        }

        /** Listed snapshots with old objects that nothing leads to. */
        private Set<SnapshotId> unreached(RepositoryInfo info, IdTable old) {
            Set<SnapshotId> unreached = new HashSet<>();
            for (SnapshotId id : info.snapshots().ids()) {
                if (old.contains(id.high(), id.low())) {
                    unreached.add(id);
                }
            }
            Stream.of(info.branches().values(), info.tags().values(), request.roots())
                    .flatMap(roots -> roots.stream())
                    .forEach(root -> spareAncestry(info, root, unreached));
            return unreached;
        }

        private static void spareAncestry(RepositoryInfo info, SnapshotId root, Set<SnapshotId> unreached) {
            Optional<SnapshotId> at = Optional.of(root);
            while (at.isPresent()) {
                unreached.remove(at.get());
                at = info.snapshots().findParent(at.get());
            }
        }

        private static void markListed(RepositoryInfo info, Candidates candidates) {
            IdTable snapshots = candidates.of(ObjectKind.SNAPSHOT);
            IdTable logs = candidates.of(ObjectKind.TRANSACTION_LOG);
            info.snapshots().all().forEach(entry -> {
                snapshots.mark(entry.id().high(), entry.id().low());
                logs.mark(entry.id().high(), entry.id().low());
                entry.prunedAncestorLogs().forEach(id -> logs.mark(id.high(), id.low()));
            });
        }

        /** Marks what is reached; false if the time is over. */
        private boolean read(RepositoryInfo info, Candidates candidates) {
            List<SnapshotId> listed = info.snapshots().ids();
            List<SnapshotId> others = unlisted(info, candidates);
            int all = listed.size() + others.size();
            ManifestWalk walk = new ManifestWalk(context, deadline);
            Reached reached = new Reached(candidates);
            return walk.run(listed, reached, done -> progress.report(Progress.Stage.READING, done, all))
                    && walk.runAsFarAsThere(
                            others,
                            reached,
                            done -> progress.report(Progress.Stage.READING, listed.size() + done, all));
        }

        /** Snapshots that the repository does not list, but that are young or asked for. */
        private List<SnapshotId> unlisted(RepositoryInfo info, Candidates candidates) {
            request.roots().forEach(id -> {
                candidates.of(ObjectKind.SNAPSHOT).mark(id.high(), id.low());
                candidates.of(ObjectKind.TRANSACTION_LOG).mark(id.high(), id.low());
            });
            return Stream.concat(candidates.young().stream(), request.roots().stream())
                    .distinct()
                    .filter(id -> !info.snapshots().contains(id))
                    .toList();
        }

        private Tally temporaries() {
            Tally tally = Tally.NONE;
            for (ObjectSummary file : storage.listUnfinished()) {
                if (ObjectAge.isBefore(file.lastModified(), request.olderThan())) {
                    if (request.mode() == RunMode.CHANGE) {
                        storage.deleteUnfinished(file);
                    }
                    tally = tally.plus(new Tally(1, file.sizeBytes()));
                }
            }
            return tally;
        }
    }
}
