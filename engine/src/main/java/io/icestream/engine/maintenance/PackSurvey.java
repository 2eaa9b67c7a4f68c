package io.icestream.engine.maintenance;

import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.SessionContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Finds the packed objects that hold little but garbage: the branch refers to chunks in them, and all that is reachable needs
 * less than a share of their bytes together. Those that another branch, a tag, or an array that is not to be touched needs are
 * none: whatever is moved, they stay.
 *
 * <p>Lists the chunk objects, then reads the manifests of the tip, and if there is a candidate those of all that is reachable. A
 * part of the objects at a time if there is no room for all.
 */
final class PackSurvey {
    private final Repository repository;
    private final SessionContext context;
    private final CompactRequest request;
    private final Deadline deadline;
    private final LongConsumer progress;
    private final int tableEntries;

    PackSurvey(
            Repository repository, CompactRequest request, Deadline deadline, LongConsumer progress, int tableEntries) {
        this.repository = repository;
        this.context = repository.context();
        this.request = request;
        this.deadline = deadline;
        this.progress = progress;
        this.tableEntries = tableEntries;
    }

    /** Those that were found before the time was over. */
    HollowPacks run(SnapshotId tip, Set<NodeId> arrays) {
        HollowPacks hollow = new HollowPacks();
        Partition partition = Partition.WHOLE;
        boolean more = request.minLiveShare() > 0;
        while (more && !deadline.isOver()) {
            int limit = partition.number() == 0 ? tableEntries : Integer.MAX_VALUE;
            ChunkObjects objects =
                    ChunkObjects.listFrom(request.sizes().smallBytes(), repository.storage(), partition, limit);
            PackUse use = new PackUse(objects, arrays, request.minLiveShare(), limit);
            boolean finished = objects.isEmpty() || look(tip, use);
            partition = objects.partition();
            if (use.isFull()) {
                partition = partition.halved();
                continue;
            }
            if (finished) {
                use.giveTo(hollow);
            }
            more = finished && !partition.isLast();
            partition = more ? partition.next() : partition;
        }
        return hollow;
    }

    /** False if the time was over before the end. */
    private boolean look(SnapshotId tip, PackUse use) {
        if (!new ManifestWalk(context, deadline).run(List.of(tip), use.tip(), progress)) {
            return false;
        }
        if (!use.choose()) {
            return true;
        }
        RepositoryInfo info = repository.info();
        ManifestWalk walk = new ManifestWalk(context, deadline);
        // Others may expire and collect snapshots meanwhile; what they held is then not needed.
        return walk.runAsFarAsThere(otherRefs(info), use.otherRefs(), progress)
                && walk.runAsFarAsThere(List.copyOf(Reachable.from(info)), use.anything(), progress);
    }

    private List<SnapshotId> otherRefs(RepositoryInfo info) {
        Stream<SnapshotId> branches = info.branches().entrySet().stream()
                .filter(branch -> !branch.getKey().equals(request.branch()))
                .map(Map.Entry::getValue);
        return Stream.concat(branches, info.tags().values().stream()).distinct().toList();
    }
}
