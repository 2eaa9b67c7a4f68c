package io.icestream.engine.conflict;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/** What a {@link ConflictSolver} says about moving our changes over one commit of theirs. */
public sealed interface Resolution {
    /**
     * Our changes may be moved.
     *
     * @param dropped the chunk changes of ours that give way to theirs, by array; empty if ours stay as they are
     */
    record Movable(Map<NodeId, SortedSet<ChunkIndex>> dropped) implements Resolution {
        /** Copies the map. */
        public Movable {
            dropped = Map.copyOf(dropped);
        }
    }

    /**
     * Our changes must not be moved.
     *
     * @param conflicts everything that was found, solvable or not; at least one
     */
    record Unsolvable(List<Conflict> conflicts) implements Resolution {
        /** Copies the list. */
        public Unsolvable {
            conflicts = List.copyOf(conflicts);
        }
    }
}
