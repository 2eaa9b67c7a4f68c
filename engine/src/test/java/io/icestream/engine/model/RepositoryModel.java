package io.icestream.engine.model;

import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A repository as plain maps. */
final class RepositoryModel {
    /**
     * A snapshot.
     *
     * @param pruned snapshots between the parent and this one that are not listed any more, oldest first
     * @param storedAt when the storage took it
     */
    record Snapshot(
            Optional<SnapshotId> parent,
            String message,
            Map<String, Integer> metadata,
            SortedMap<String, ModelNode> tree,
            ModelChanges log,
            List<SnapshotId> pruned,
            Instant flushedAt,
            Instant storedAt) {
        Snapshot below(Optional<SnapshotId> newParent, List<SnapshotId> newPruned) {
            return new Snapshot(newParent, message, metadata, tree, log, newPruned, flushedAt, storedAt);
        }
    }

    /** An entry of the ops log. */
    record Operation(String what, Instant at) {}

    final TreeMap<SnapshotId, Snapshot> snapshots = new TreeMap<>();
    /** Of snapshots too that are not listed any more. */
    final Map<SnapshotId, ModelChanges> logs = new HashMap<>();

    final TreeMap<String, SnapshotId> branches = new TreeMap<>();
    final TreeMap<String, SnapshotId> tags = new TreeMap<>();
    final TreeSet<String> burnt = new TreeSet<>();
    final TreeMap<String, Integer> metadata = new TreeMap<>();
    final TreeMap<Feature, FeatureSetting> features = new TreeMap<>();
    /** Newest first. */
    final Deque<Operation> operations = new ArrayDeque<>();
    /** Of what was done before, the log may have been collected with former versions of the repository object. */
    Instant logFloor = Instant.EPOCH;

    Optional<RepositoryConfig> config = Optional.empty();
    boolean readOnly;

    Snapshot snapshot(SnapshotId id) {
        return Optional.ofNullable(snapshots.get(id)).orElseThrow();
    }

    SnapshotId tipId(String branch) {
        return Optional.ofNullable(branches.get(branch)).orElseThrow();
    }

    Snapshot tip(String branch) {
        return snapshot(tipId(branch));
    }

    ModelSession session(String branch) {
        return new ModelSession(tip(branch).tree());
    }

    boolean isDisabled(Feature feature) {
        return features.get(feature) == FeatureSetting.DISABLED;
    }

    void did(String operation, Instant at) {
        operations.addFirst(new Operation(operation, at));
    }

    List<String> operations() {
        return operations.stream().map(Operation::what).toList();
    }

    /** How many entries of the ops log must be there. */
    int operationsKept() {
        return (int) operations.stream()
                .filter(operation -> !operation.at().isBefore(logFloor))
                .count();
    }

    void add(SnapshotId id, Snapshot snapshot) {
        snapshots.put(id, snapshot);
        logs.put(id, snapshot.log());
    }

    /** A snapshot and its ancestors, newest first. */
    List<SnapshotId> history(SnapshotId newest) {
        List<SnapshotId> history = new ArrayList<>();
        for (Optional<SnapshotId> at = Optional.of(newest);
                at.isPresent();
                at = snapshot(at.get()).parent()) {
            history.add(at.get());
        }
        return history;
    }

    /** The logs of all commits after one snapshot up to a later one, together. */
    ModelChanges logBetween(SnapshotId from, SnapshotId to) {
        List<SnapshotId> newestFirst = new ArrayList<>();
        for (SnapshotId at = to; !at.equals(from); at = snapshot(at).parent().orElseThrow()) {
            newestFirst.add(at);
            List<SnapshotId> pruned = new ArrayList<>(snapshot(at).pruned());
            Collections.reverse(pruned);
            newestFirst.addAll(pruned);
        }
        ModelChanges all = new ModelChanges();
        for (int i = newestFirst.size() - 1; i >= 0; i--) {
            all = all.union(Optional.ofNullable(logs.get(newestFirst.get(i))).orElseThrow());
        }
        return all;
    }

    /** Empty if nothing is old enough. */
    boolean expire(Instant olderThan, boolean branchesToo, boolean tagsToo, Adoption adoption) {
        Set<SnapshotId> old = new HashSet<>();
        snapshots.forEach((id, snapshot) -> {
            if (snapshot.flushedAt().isBefore(olderThan) && snapshot.parent().isPresent()) {
                old.add(id);
            }
        });
        Set<SnapshotId> released = new HashSet<>(old);
        boolean branchesGo = branchesToo
                && branches.entrySet()
                        .removeIf(ref ->
                                old.contains(ref.getValue()) && !ref.getKey().equals(RepositoryInfo.MAIN));
        boolean tagsGo =
                tagsToo && tags.entrySet().removeIf(ref -> old.contains(ref.getValue()) && burnt.add(ref.getKey()));
        released.removeAll(branches.values());
        released.removeAll(tags.values());
        drop(released, adoption);
        return branchesGo || tagsGo || !released.isEmpty();
    }

    /** Drops what no ref leads to and the storage took before a time. */
    void collect(Instant olderThan) {
        Set<SnapshotId> unreached = new HashSet<>();
        snapshots.forEach((id, snapshot) -> {
            if (snapshot.storedAt().isBefore(olderThan)) {
                unreached.add(id);
            }
        });
        branches.values().forEach(tip -> history(tip).forEach(unreached::remove));
        tags.values().forEach(tip -> history(tip).forEach(unreached::remove));
        drop(unreached, Adoption.BY_NEAREST_KEPT);
    }

    private void drop(Set<SnapshotId> dropped, Adoption adoption) {
        Map<SnapshotId, Snapshot> adopted = new HashMap<>();
        snapshots.forEach((id, snapshot) -> {
            if (!dropped.contains(id)
                    && snapshot.parent().filter(dropped::contains).isPresent()) {
                adopted.put(id, adopted(id, dropped, adoption));
            }
        });
        snapshots.putAll(adopted);
        snapshots.keySet().removeAll(dropped);
    }

    private Snapshot adopted(SnapshotId id, Set<SnapshotId> dropped, Adoption adoption) {
        List<SnapshotId> ancestors = history(id);
        int adopter = ancestors.size() - 1;
        if (adoption == Adoption.BY_NEAREST_KEPT) {
            adopter = 1;
            while (dropped.contains(ancestors.get(adopter))) {
                adopter++;
            }
        }
        List<SnapshotId> pruned = new ArrayList<>();
        for (int i = adopter - 1; i >= 1; i--) {
            pruned.addAll(snapshot(ancestors.get(i)).pruned());
            pruned.add(ancestors.get(i));
        }
        pruned.addAll(snapshot(id).pruned());
        return snapshot(id).below(Optional.of(ancestors.get(adopter)), pruned);
    }
}
