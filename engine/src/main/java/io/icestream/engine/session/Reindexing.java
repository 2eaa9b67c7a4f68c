package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Gives the chunks of one array other places. Everything is computed from the places before, then done at once. Chunks of
 * different sizes cannot take each other's place, so only regular grids can be reindexed.
 */
final class Reindexing {
    /** Beyond the largest chunk index, and far from overflow. */
    private static final long MAX_OFFSET = 1L << 33;

    private final BranchTransaction transaction;
    private final Node array;
    private final ArrayTarget target;

    Reindexing(BranchTransaction transaction, Node array) {
        this.transaction = transaction;
        this.array = array;
        this.target = transaction.tree().target(array.path());
        ChunkGrids.requireRegular(array);
    }

    void shift(long[] offset) {
        int rank = NodeView.arrayData(array).shape().size();
        if (offset.length != rank) {
            throw new IllegalArgumentException("Invalid offset of " + offset.length + " entries for array "
                    + array.path() + ": it has " + rank + " dimensions");
        }
        if (LongStream.of(offset).allMatch(entry -> entry == 0)) {
            return;
        }
        run(chunk -> shifted(chunk, offset, 1), Optional.of(chunk -> shifted(chunk, offset, -1)));
    }

    /** Where a chunk is after a shift, or empty if that is outside of the grid. */
    private Optional<ChunkIndex> shifted(ChunkIndex chunk, long[] offset, int sign) {
        long[] entries = chunk.toArray();
        for (int axis = 0; axis < entries.length; axis++) {
            if (Math.abs(offset[axis] / 2) > MAX_OFFSET) {
                return Optional.empty();
            }
            entries[axis] += sign * offset[axis];
            if (entries[axis] < 0
                    || entries[axis]
                            >= NodeView.arrayData(array).shape().get(axis).chunkCount()) {
                return Optional.empty();
            }
        }
        return Optional.of(ChunkIndex.of(entries));
    }

    void run(
            Function<ChunkIndex, Optional<ChunkIndex>> forward,
            Optional<Function<ChunkIndex, Optional<ChunkIndex>>> backward) {
        Map<ChunkIndex, ChunkReference> before = transaction
                .tree()
                .chunks(array)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b, HashMap::new));
        Map<ChunkIndex, Optional<ChunkReference>> changes = new TreeMap<>();
        Set<ChunkIndex> taken = new HashSet<>();
        backward.ifPresent(inverse -> before.keySet().forEach(place -> {
            if (inverse.apply(place).filter(before::containsKey).isEmpty()) {
                changes.put(place, Optional.empty());
            }
        }));
        before.forEach((chunk, reference) -> forward.apply(chunk).ifPresent(place -> {
            target.check(place);
            if (!taken.add(place)) {
                throw new IllegalArgumentException("Invalid reindexing of array " + array.path()
                        + ": two chunks would go to [" + place + "]; map each chunk to a place of its own");
            }
            changes.put(place, Optional.of(reference));
        }));
        apply(changes);
    }

    private void apply(Map<ChunkIndex, Optional<ChunkReference>> changes) {
        changes.forEach((chunk, reference) -> reference.ifPresentOrElse(
                there -> transaction.tree().changes().setChunk(target.id(), target.path(), chunk, there),
                () -> transaction.tree().changes().deleteChunk(target.id(), target.path(), chunk)));
        transaction.forget(target.id());
    }
}
