package io.icestream.engine.maintenance;

import static java.util.stream.Collectors.toSet;

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
 * side, so that reading along it takes few requests. What is in large objects stays, unless an object is a hollow pack: running
 * again finds nothing to do.
 *
 * <p><b>Hollow packs.</b> A packed object stays as long as any snapshot refers to any range in it, so one in which nearly
 * everything has been written anew or deleted is kept for the sake of a few chunks. Such chunks are moved as well, and the object
 * is garbage once the snapshots before have expired. An object counts as hollow if all snapshots that branches and tags lead to
 * need less than {@link CompactRequest#minLiveShare} of its bytes together, ranges that several refer to counted once. What only
 * older snapshots refer to cannot be moved, and counts as needed: so expire first. Objects in which another branch, a tag, or an
 * array that is not asked for refers to anything stay as they are, because moving would free nothing.
 *
 * <p><b>Beside writers.</b> The commit says: bytes that were there are now here as well. So it can be made on any snapshot: a
 * chunk that somebody wrote, deleted or moved meanwhile is as they left it. Its transaction log is empty, since nothing that can
 * be read has changed, and others rebase over it without a conflict.
 *
 * <p><b>Space.</b> The former objects are garbage as soon as no snapshot refers to them: expire, then collect.
 *
 * <p><b>Memory:</b> what {@link CompactRequest#maxChunks} says, 64 MiB of chunks or two objects of the target size (of the
 * largest chunk in a hollow pack, if that is larger), and some manifests. To find hollow packs, 28 to 56 bytes for each object
 * that is not small and each range needed of one that may be hollow, {@value #TABLE_ENTRIES} of either at a time; where there are
 * more, a part of the objects at a time. <b>Cost:</b> each manifest is read twice, each chunk that is moved once; one request per
 * object written, and one per manifest that refers to it. To find hollow packs, a listing of the chunk objects, and each manifest
 * of the tip once more if there are objects that are not small; the manifests of all that is reachable only if the tip alone
 * needs little enough of an object.
 */
public final class Compaction {
    static final int TABLE_ENTRIES = 3_000_000;

    private final Repository repository;
    private final int tableEntries;

    /**
     * @param repository whose chunks are to be packed
     */
    public Compaction(Repository repository) {
        this(repository, TABLE_ENTRIES);
    }

    Compaction(Repository repository, int tableEntries) {
        this.repository = repository;
        this.tableEntries = tableEntries;
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
        return new Run(repository, request, progress, tableEntries).run();
    }

    /** One run. */
    private static final class Run {
        private final Repository repository;
        private final SessionContext context;
        private final CompactRequest request;
        private final LayoutSession session;
        private final Deadline deadline;
        private final List<Node> nodes;
        private final HollowPacks hollow;
        private final PackWriter writer;
        private final Set<NodeId> touched = new HashSet<>();

        Run(Repository repository, CompactRequest request, Progress progress, int tableEntries) {
            this.repository = repository;
            this.context = repository.context();
            this.request = request;
            this.session = repository.layoutSession(request.branch());
            this.deadline = Deadline.after(request.timeBudget(), context.clock());
            request.arrays().forEach(session::preview);
            this.nodes =
                    session.snapshot().nodes().stream().filter(this::isAsked).toList();
            this.hollow = new PackSurvey(
                            repository,
                            request,
                            deadline,
                            done -> progress.report(Progress.Stage.READING, done, 0),
                            tableEntries)
                    .run(session.snapshot().id(), nodes.stream().map(Node::id).collect(toSet()));
            this.writer = new PackWriter(
                    context,
                    repository.storage(),
                    request.mode(),
                    hollow,
                    done -> progress.report(Progress.Stage.WRITING, done, 0));
        }

        CompactionReport run() {
            boolean finished = true;
            for (Node node : nodes) {
                finished = finished && compact(node, (NodeData.Array) node.data());
            }
            Optional<SnapshotId> snapshot = writer.relocations().size() == 0 ? Optional.empty() : commit();
            return new CompactionReport(
                    request.mode(), snapshot, writer.packed(), hollow.emptied(), writer.unreadable(), finished);
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
            boolean finished = new ArraySurvey(context, request.sizes(), hollow, session.snapshot(), node)
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
