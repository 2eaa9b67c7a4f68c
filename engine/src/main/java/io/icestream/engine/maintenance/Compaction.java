package io.icestream.engine.maintenance;

import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.LayoutSession;
import io.icestream.engine.session.SessionContext;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts small chunks together into larger objects, in which manifests then refer to ranges. Thread-safe; may run beside readers
 * and writers.
 *
 * <p><b>What is moved.</b> Chunks in objects below a size, be they of one chunk or packed before, and chunks within manifests
 * that hold many bytes of them. Never virtual chunks. Chunks of one array that are neighbours along a dimension come side by
 * side, so that reading along it takes few requests. What is in large objects stays: running again finds nothing to do.
 *
 * <p><b>Beside writers.</b> The commit says: bytes that were there are now here as well. So it can be made on any snapshot: a
 * chunk that somebody wrote, deleted or moved meanwhile is as they left it. Its transaction log is empty, since nothing that can
 * be read has changed, and others rebase over it without a conflict.
 *
 * <p><b>Space.</b> The former objects are garbage as soon as no snapshot refers to them: expire, then collect. A packed object
 * stays as long as any snapshot refers to any range in it.
 *
 * <p><b>Memory:</b> what {@link CompactRequest#maxChunks} says, 64 MiB of chunks or two objects of the target size, and some
 * manifests. <b>Cost:</b> each manifest is read twice, each small chunk once; one request per object written, and one per
 * manifest that refers to it.
 */
public final class Compaction {
    private final Repository repository;

    /**
     * @param repository whose chunks are to be packed
     */
    public Compaction(Repository repository) {
        this.repository = repository;
    }

    /**
     * Runs once, and commits once if there was something to do.
     *
     * @param request what is to be packed
     * @param progress is told how far it is
     * @return what was done, or would be
     * @throws NotFoundException if there is no such branch or array
     * @throws io.icestream.engine.session.ConflictException if the branch was reset, amended or expired in every attempt to
     *     commit, or what was written is too old; nothing was committed
     * @throws io.icestream.engine.session.CommitUnknownException if it is not known whether it was committed; running again
     *     is harmless
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository does not accept changes
     */
    public CompactionReport run(CompactRequest request, Progress progress) {
        return new Run(repository, request, progress).run();
    }

    /** One run. */
    private static final class Run {
        private final Repository repository;
        private final SessionContext context;
        private final CompactRequest request;
        private final LayoutSession session;
        private final Deadline deadline;
        private final PackWriter writer;
        private final Set<NodeId> touched = new HashSet<>();

        Run(Repository repository, CompactRequest request, Progress progress) {
            this.repository = repository;
            this.context = repository.context();
            this.request = request;
            this.session = repository.layoutSession(request.branch());
            this.deadline = Deadline.after(request.timeBudget(), context.clock());
            this.writer = new PackWriter(
                    context,
                    repository.storage(),
                    request.mode(),
                    done -> progress.report(Progress.Stage.WRITING, done, 0));
        }

        CompactionReport run() {
            request.arrays().forEach(session::preview);
            boolean finished = true;
            for (Node node : session.snapshot().nodes()) {
                if (finished && isAsked(node)) {
                    finished = compact(node, (NodeData.Array) node.data());
                }
            }
            Optional<SnapshotId> snapshot = writer.relocations().size() == 0 ? Optional.empty() : commit();
            return new CompactionReport(request.mode(), snapshot, writer.packed(), writer.unreadable(), finished);
        }

        private boolean isAsked(Node node) {
            return node.data() instanceof NodeData.Array
                    && (request.arrays().isEmpty() || request.arrays().contains(node.path()));
        }

        private boolean compact(Node node, NodeData.Array array) {
            PackPlanner planner = new PackPlanner(node.path(), axis(array), request.sizes(), pack -> {
                if (isWanted()) {
                    touched.add(node.id());
                    writer.add(pack);
                }
            });
            boolean finished = new ArraySurvey(context, request.sizes(), session.snapshot(), node)
                    .run(this::isWanted, planner::add);
            if (finished) {
                planner.finish();
            }
            writer.flush();
            return finished && isWanted();
        }

        private int axis(NodeData.Array array) {
            List<Optional<String>> names = array.dimensionNames().orElse(List.of());
            return request.along()
                    .map(Optional::of)
                    .map(names::indexOf)
                    .filter(axis -> axis >= 0)
                    .orElse(0);
        }

        /** Whether there is time and room for more. */
        private boolean isWanted() {
            return writer.chunks() < request.maxChunks() && !deadline.isOver() && !isOld();
        }

        /** Half of the time is left for the commit. */
        private boolean isOld() {
            Duration half = request.maxUncommittedAge().dividedBy(2);
            Instant now = context.clock().instant();
            return writer.oldest()
                    .filter(oldest -> oldest.plus(half).isBefore(now))
                    .isPresent();
        }

        private Optional<SnapshotId> commit() {
            session.relocate(touched, writer.relocations(), writer.oldest().orElseThrow());
            CommitRequest commit = CommitRequest.of(request.message());
            LayoutCommit.Attempt attempt = new LayoutCommit.Attempt(session);
            return LayoutCommit.retrying(
                    repository,
                    request.branch(),
                    () -> LayoutCommit.committed(attempt.on(repository).commit(commit)));
        }
    }
}
