package io.icestream.engine.maintenance;

import io.icestream.engine.format.FeatureFlags;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntries;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.ref.ReadOnlyException;
import io.icestream.engine.ref.Transition;
import io.icestream.engine.repository.Repository;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes old snapshots out of the histories. Thread-safe.
 *
 * <p>Released is every snapshot written before the time asked for, whether a ref reaches it or not, except those without a
 * parent (refs on them stay too), the tip of {@code main}, and the snapshots of other branches and of tags unless these are to go too. A snapshot
 * that stays though its parent went is put below another one and remembers the logs of those in between, so that rebases
 * and diffs across the gap still work.
 *
 * <p>No object is deleted: that is the {@linkplain GarbageCollector garbage collector's} work afterwards, which keeps the
 * remembered logs. Sessions open on released snapshots go on reading until then.
 *
 * <p><b>Atomicity.</b> One conditional write of the repository object, computed anew from what is there if somebody else was
 * faster; nothing is written if nothing expired. <b>Cost:</b> as a commit, and the decoding of every snapshot entry: some 100
 * bytes of memory per entry released. A repository of version 1 of the format expires as {@link ExpirationV1} says. Source: Icechunk specification 2; the semantics are those of the reference
 * implementation.
 */
public final class Expiration {
    private final Repository repository;

    /**
     * @param repository whose histories are to be shortened
     */
    public Expiration(Repository repository) {
        this.repository = repository;
    }

    /**
     * Runs once.
     *
     * @param request what is to expire
     * @return what did, or would
     * @throws ReadOnlyException if the repository does not accept changes, or tags are to go and may not
     * @throws io.icestream.engine.ref.UpdateUnknownException if it is not known whether it took effect; running again is
     *     harmless
     */
    public ExpirationReport run(ExpireRequest request) {
        if (repository.specVersion() == SpecVersion.V1) {
            return new ExpirationV1(repository, request).run();
        }
        if (request.mode() == RunMode.DRY_RUN) {
            RepositoryInfo info = repository.info();
            Plan plan = plan(info, request);
            return report(info, plan, keptOf(info, plan, request), request.mode());
        }
        return repository.context().references().change("expire snapshots", (info, stamp) -> {
            Plan plan = plan(info, request);
            SnapshotEntries kept = keptOf(info, plan, request);
            ExpirationReport report = report(info, plan, kept, request.mode());
            if (report.isEmpty()) {
                return new Transition.Step.Stop<>(report);
            }
            return new Transition.Step.Write<>(
                    info.withExpiration(
                            kept, plan.branches().keySet(), plan.tags().keySet(), stamp),
                    report);
        });
    }

    /** What goes. */
    private record Plan(
            Set<SnapshotId> released, SortedMap<String, SnapshotId> branches, SortedMap<String, SnapshotId> tags) {}

    private static Plan plan(RepositoryInfo info, ExpireRequest request) {
        Set<SnapshotId> old = new HashSet<>();
        info.snapshots()
                .all()
                .filter(entry -> entry.flushedAt().isBefore(request.olderThan()))
                .filter(entry -> entry.parent().isPresent())
                .forEach(entry -> old.add(entry.id()));
        Set<SnapshotId> released = new HashSet<>(old);
        SortedMap<String, SnapshotId> branches = expired(info.branches(), old, request.branches());
        branches.remove(RepositoryInfo.MAIN);
        SortedMap<String, SnapshotId> tags = expired(info.tags(), old, request.tags());
        requireTagsMayGo(info, tags);
        spare(info.branches(), branches, released);
        spare(info.tags(), tags, released);
        return new Plan(released, branches, tags);
    }

    private static SortedMap<String, SnapshotId> expired(
            Map<String, SnapshotId> refs, Set<SnapshotId> old, ExpiredRefs policy) {
        SortedMap<String, SnapshotId> expired = new TreeMap<>();
        if (policy == ExpiredRefs.DELETE) {
            refs.forEach((name, id) -> {
                if (old.contains(id)) {
                    expired.put(name, id);
                }
            });
        }
        return expired;
    }

    private static void spare(Map<String, SnapshotId> refs, Map<String, SnapshotId> deleted, Set<SnapshotId> released) {
        refs.forEach((name, id) -> {
            if (!deleted.containsKey(name)) {
                released.remove(id);
            }
        });
    }

    private static void requireTagsMayGo(RepositoryInfo info, Map<String, SnapshotId> tags) {
        if (!tags.isEmpty() && info.flags().isDisabled(FeatureFlags.DELETE_TAG)) {
            throw new ReadOnlyException("Cannot expire tags " + tags.keySet()
                    + ": the repository's feature flag delete_tag is off; switch it on first, or keep the tags");
        }
    }

    private static SnapshotEntries keptOf(RepositoryInfo info, Plan plan, ExpireRequest request) {
        return info.snapshots().without(plan.released(), request.adoption());
    }

    private static ExpirationReport report(RepositoryInfo info, Plan plan, SnapshotEntries kept, RunMode mode) {
        List<SnapshotId> released = new ArrayList<>(plan.released());
        released.sort(null);
        int adopted = (int) kept.ids().stream()
                .filter(id -> !kept.findParent(id).equals(info.snapshots().findParent(id)))
                .count();
        return new ExpirationReport(mode, released, plan.branches(), plan.tags(), adopted, kept.size());
    }
}
