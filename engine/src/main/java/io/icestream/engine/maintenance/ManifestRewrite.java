package io.icestream.engine.maintenance;

import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.LayoutSession;
import java.util.List;
import java.util.Optional;

/**
 * Lays the manifests of a branch out as the splitting in force has it, and commits that. Thread-safe.
 *
 * <p>Manifests that are alone in their box of the grid stay, so running again finds nothing to do. What can be read does not
 * change, and the transaction log of the commit is empty, as with the reference implementation, which writes every manifest
 * anew. Beside writers, the commit is done again on theirs: only boxes that they touched are read and written again.
 *
 * <p><b>Memory:</b> the manifests of one batch, 16 MiB as stored or a single larger one, and about 50 bytes per reference in
 * those that are written from it. <b>Cost:</b> a request for each manifest that is read, and for each that is written; then a
 * commit.
 */
public final class ManifestRewrite {
    private final Repository repository;

    /**
     * @param repository whose manifests are to be laid out
     */
    public ManifestRewrite(Repository repository) {
        this.repository = repository;
    }

    /**
     * Runs once.
     *
     * @param request what is to be laid out
     * @param progress is told how far it is
     * @return what was done, or would be
     * @throws NotFoundException if there is no such branch or array
     * @throws io.icestream.engine.session.ConflictException if the branch was reset, amended or expired in every attempt, or,
     *     to amend, others committed in every attempt; nothing was committed
     * @throws io.icestream.engine.session.CommitUnknownException if it is not known whether it was committed; running again
     *     is harmless
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes
     */
    public RewriteReport run(RewriteRequest request, Progress progress) {
        Deadline deadline =
                Deadline.after(request.timeBudget(), repository.context().clock());
        if (request.mode() == RunMode.DRY_RUN) {
            return new Run(repository.layoutSession(request.branch()), request, progress, deadline).preview();
        }
        return LayoutCommit.retrying(
                repository,
                request.branch(),
                () -> new Run(repository.layoutSession(request.branch()), request, progress, deadline).change());
    }

    /** One attempt. */
    private final class Run {
        private final LayoutSession session;
        private final RewriteRequest request;
        private final Progress progress;
        private final Deadline deadline;
        private final Tally before;
        private int arrays;
        private int rewritten;
        private long references;
        private long written;
        private boolean finished = true;

        Run(LayoutSession session, RewriteRequest request, Progress progress, Deadline deadline) {
            this.session = session;
            this.request = request;
            this.progress = progress;
            this.deadline = deadline;
            this.before = manifests(session.snapshot());
        }

        RewriteReport preview() {
            walk();
            return report(Optional.empty(), new Tally(before.objects() - rewritten + written, before.bytes()));
        }

        RewriteReport change() {
            walk();
            Optional<SnapshotId> snapshot = arrays == 0 ? Optional.empty() : LayoutCommit.committed(commit());
            Tally after = snapshot.map(
                            id -> manifests(repository.context().assets().fetchSnapshot(id)))
                    .orElse(before);
            return report(snapshot, after);
        }

        private void walk() {
            List<NodePath> paths = paths();
            for (int i = 0; i < paths.size() && finished; i++) {
                if (deadline.isOver()) {
                    finished = false;
                } else {
                    layOut(paths.get(i));
                    progress.report(Progress.Stage.REWRITING, i + 1, paths.size());
                }
            }
        }

        private List<NodePath> paths() {
            request.arrays().forEach(session::preview);
            return session.snapshot().nodes().stream()
                    .filter(node -> node.kind() == NodeKind.ARRAY)
                    .map(Node::path)
                    .filter(path ->
                            request.arrays().isEmpty() || request.arrays().contains(path))
                    .toList();
        }

        private void layOut(NodePath array) {
            LayoutSession.Preview preview = session.preview(array);
            if (preview.written() == 0) {
                return;
            }
            arrays++;
            rewritten += preview.read();
            written += preview.written();
            references += preview.references();
            if (request.mode() == RunMode.CHANGE) {
                session.rewriteManifests(array);
            }
        }

        private CommitOutcome commit() {
            return request.method() == RewriteRequest.Method.AMEND
                    ? session.amend(AmendRequest.of(request.message()).withMetadata(request.metadata()))
                    : session.commit(CommitRequest.of(request.message()).metadata(request.metadata()));
        }

        private RewriteReport report(Optional<SnapshotId> snapshot, Tally after) {
            return new RewriteReport(request.mode(), snapshot, arrays, rewritten, references, before, after, finished);
        }
    }

    private static Tally manifests(Snapshot snapshot) {
        return snapshot.manifestFiles().stream()
                .map(ManifestFile::sizeBytes)
                .map(bytes -> new Tally(1, bytes))
                .reduce(Tally.NONE, Tally::plus);
    }
}
