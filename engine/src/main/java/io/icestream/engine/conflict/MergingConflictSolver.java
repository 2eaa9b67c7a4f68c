package io.icestream.engine.conflict;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.ChunkChanges;
import io.icestream.engine.change.DefinitionMerge;
import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Settles what the reference cannot: it merges changes of metadata that do not contradict each other. What it does not
 * settle goes to the policies of a {@link BasicConflictSolver}. Nothing of it is on unless asked for. Immutable and
 * thread-safe.
 *
 * <p>It compares three documents: the one that both sides started from, theirs and ours.
 *
 * <ul>
 *   <li>{@link Merge#GROWTH}: both sides only grew an array along the same axis, or one grew it and the other wrote chunks.
 *       The longer one holds; nothing ever shrinks. A chunk that both wrote while an array grew is a conflict whatever the
 *       policy says, because then both appended at the same place.
 *   <li>{@link Merge#ATTRIBUTES}: both sides changed different attributes of a node, or the same ones to the same value; or
 *       one changed attributes and the other wrote chunks.
 *   <li>{@link Merge#DELETIONS}: what both deleted is deleted once, and chunks that we deleted of an array that they
 *       deleted are gone as well.
 *   <li>{@link Merge#EQUAL_CHANGES}: both made the same change: equal documents, equal references, the same chunk deleted.
 *       Chunks stored as objects of their own are never equal, since nobody reads them here.
 * </ul>
 *
 * @param policies settles chunk clashes and deletions of changed nodes
 * @param merges what is merged
 */
public record MergingConflictSolver(BasicConflictSolver policies, Set<Merge> merges) implements ConflictSolver {
    private static final ConflictDetector DETECTOR = new ConflictDetector();

    /** Copies the set. */
    public MergingConflictSolver {
        merges = Set.copyOf(merges);
    }

    /** What can be merged. */
    public enum Merge {
        /** Arrays that only grew. */
        GROWTH,
        /** Attributes that do not contradict each other. */
        ATTRIBUTES,
        /** Deletions of the same. */
        DELETIONS,
        /** Changes that are the same. */
        EQUAL_CHANGES
    }

    /**
     * Merges what is asked for; every other conflict fails the rebase.
     *
     * @param first something to merge
     * @param others more of it
     * @return the solver
     */
    public static MergingConflictSolver of(Merge first, Merge... others) {
        return new MergingConflictSolver(
                new BasicConflictSolver(ChunkClashPolicy.FAIL, DeletePolicy.FAIL, DeletePolicy.FAIL),
                EnumSet.of(first, others));
    }

    @Override
    public Resolution solve(TheirCommit theirs, ChangeSet ours) {
        List<Conflict> conflicts = DETECTOR.detect(theirs.log(), theirs.after(), ours);
        Attempt attempt = new Attempt(theirs, ours);
        List<Conflict> left = conflicts.stream()
                .filter(conflict -> !attempt.settles(conflict))
                .toList();
        if (!left.stream().allMatch(conflict -> policies.isSolvable(conflict) && !attempt.isClashOfGrowth(conflict))) {
            return new Resolution.Unsolvable(conflicts);
        }
        policies.dropped(left, ours).forEach(attempt::drop);
        return attempt.resolution();
    }

    /** What one commit of theirs makes of our changes. */
    private final class Attempt {
        private final TheirCommit theirs;
        private final ChangeSet ours;
        private final Map<NodeId, SortedSet<ChunkIndex>> dropped = new HashMap<>();
        private final Map<NodeId, NodeDefinition> redefined = new HashMap<>();

        Attempt(TheirCommit theirs, ChangeSet ours) {
            this.theirs = theirs;
            this.ours = ours;
        }

        void drop(NodeId array, SortedSet<ChunkIndex> chunks) {
            dropped.computeIfAbsent(array, id -> new TreeSet<>()).addAll(chunks);
        }

        Resolution resolution() {
            Set<NodeId> notDeleted = new HashSet<>();
            if (merges.contains(Merge.DELETIONS)) {
                ours.deletedNodes().keySet().stream().filter(theirs::deleted).forEach(notDeleted::add);
            }
            return new Resolution.Movable(dropped, redefined, notDeleted);
        }

        boolean settles(Conflict conflict) {
            return switch (conflict.kind()) {
                case ZARR_METADATA_DOUBLE_UPDATE -> mergesUpdate(conflict);
                case CHUNKS_UPDATED_IN_UPDATED_ARRAY -> chunksKeepTheirMeaning(conflict);
                case CHUNKS_UPDATED_IN_DELETED_ARRAY -> onlyDeletesChunks(conflict);
                case CHUNK_DOUBLE_UPDATE -> changesTheSame(conflict);
                default -> false;
            };
        }

        private boolean mergesUpdate(Conflict conflict) {
            Optional<Node> base = theirs.before().find(conflict.path());
            Optional<Node> there = theirs.after().find(conflict.path());
            if (base.isEmpty()
                    || there.isEmpty()
                    || !base.get().id().equals(there.get().id())) {
                return false;
            }
            NodeId id = base.get().id();
            NodeDefinition mine = ours.findUpdated(id).orElseThrow().definition();
            Optional<NodeDefinition> merged = merges.contains(Merge.EQUAL_CHANGES)
                            && mine.userData().equals(there.get().userData())
                    ? Optional.of(mine)
                    : merge(base.get(), there.get().userData(), mine.userData());
            merged.ifPresent(definition -> redefined.put(id, definition));
            return merged.isPresent();
        }

        private Optional<NodeDefinition> merge(Node base, Bytes there, Bytes mine) {
            return DefinitionMerge.merge(base.kind(), base.userData(), there, mine, aspects());
        }

        private Set<DefinitionMerge.Aspect> aspects() {
            Set<DefinitionMerge.Aspect> aspects = EnumSet.noneOf(DefinitionMerge.Aspect.class);
            if (merges.contains(Merge.GROWTH)) {
                aspects.add(DefinitionMerge.Aspect.GROWTH);
            }
            if (merges.contains(Merge.ATTRIBUTES)) {
                aspects.add(DefinitionMerge.Aspect.ATTRIBUTES);
            }
            return aspects;
        }

        private boolean chunksKeepTheirMeaning(Conflict conflict) {
            return both(conflict)
                    .filter(node -> DefinitionMerge.differsOnlyIn(
                            node.before().userData(), node.after().userData(), aspects()))
                    .isPresent();
        }

        private boolean onlyDeletesChunks(Conflict conflict) {
            if (!merges.contains(Merge.DELETIONS)) {
                return false;
            }
            NodeId id = theirs.before().find(conflict.path()).orElseThrow().id();
            ChunkChanges chunks = ours.findChunkChanges(id).orElseThrow();
            boolean onlyDeletions = chunks.all().values().stream().allMatch(Optional::isEmpty);
            if (onlyDeletions) {
                drop(id, new TreeSet<>(chunks.all().keySet()));
            }
            return onlyDeletions;
        }

        /** What is the same on both sides is dropped from ours; the rest, if any, stays a clash. */
        private boolean changesTheSame(Conflict conflict) {
            Optional<Versions> array = both(conflict);
            if (array.isEmpty() || !(merges.contains(Merge.DELETIONS) || merges.contains(Merge.EQUAL_CHANGES))) {
                return false;
            }
            NodeId id = array.get().after().id();
            ChunkChanges mine = ours.findChunkChanges(id).orElseThrow();
            SortedSet<ChunkIndex> same = new TreeSet<>();
            for (ChunkIndex chunk : conflict.chunks()) {
                if (isSame(
                        mine.find(chunk).orElseThrow(),
                        theirs.after().findChunk(array.get().after(), chunk))) {
                    same.add(chunk);
                }
            }
            if (!same.containsAll(conflict.chunks())) {
                return false;
            }
            drop(id, same);
            return true;
        }

        private boolean isSame(Optional<ChunkReference> mine, Optional<ChunkReference> there) {
            return mine.equals(there) && (mine.isEmpty() || merges.contains(Merge.EQUAL_CHANGES));
        }

        /** Two writers that appended at the same place. */
        boolean isClashOfGrowth(Conflict conflict) {
            return conflict.kind() == ConflictKind.CHUNK_DOUBLE_UPDATE
                    && merges.contains(Merge.GROWTH)
                    && both(conflict)
                            .filter(array -> theirs.updated(array.after().id()))
                            .isPresent();
        }

        private Optional<Versions> both(Conflict conflict) {
            Optional<Node> before = theirs.before().find(conflict.path());
            Optional<Node> after = theirs.after().find(conflict.path());
            return before.isPresent()
                            && after.isPresent()
                            && before.get().id().equals(after.get().id())
                    ? Optional.of(new Versions(before.get(), after.get()))
                    : Optional.empty();
        }
    }

    private record Versions(Node before, Node after) {}
}
