package io.icestream.engine.conflict;

import io.icestream.engine.change.NodeDefinition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/** What a {@link ConflictSolver} says about moving our changes over one commit of theirs. */
public sealed interface Resolution {
    /**
     * Our changes may be moved.
     *
     * @param dropped the chunk changes of ours that give way to theirs, by array
     * @param redefined what the metadata of nodes that we updated is to be instead, by node
     * @param notDeleted nodes that we deleted and they deleted as well, so that there is nothing left to delete
     */
    record Movable(
            Map<NodeId, SortedSet<ChunkIndex>> dropped, Map<NodeId, NodeDefinition> redefined, Set<NodeId> notDeleted)
            implements Resolution {
        /** Copies the collections. */
        public Movable {
            dropped = Map.copyOf(dropped);
            redefined = Map.copyOf(redefined);
            notDeleted = Set.copyOf(notDeleted);
        }

        /**
         * Our changes stay as they are.
         *
         * @return the resolution
         */
        public static Movable unchanged() {
            return dropping(Map.of());
        }

        /**
         * Some chunk changes of ours give way, all else stays.
         *
         * @param dropped the chunk changes, by array
         * @return the resolution
         */
        public static Movable dropping(Map<NodeId, SortedSet<ChunkIndex>> dropped) {
            return new Movable(dropped, Map.of(), Set.of());
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
