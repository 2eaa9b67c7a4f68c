package io.icestream.engine.conflict;

import io.icestream.engine.change.ChangeSet;

/**
 * Decides whether changes that were not committed yet may be moved over a commit that somebody else made meanwhile.
 * Pure: it changes nothing and may be asked again.
 */
@FunctionalInterface
public interface ConflictSolver {
    /**
     * Compares the two sides.
     *
     * @param theirs what they committed
     * @param ours what we did and have not committed
     * @return whether ours may be moved, and what of it gives way
     */
    Resolution solve(TheirCommit theirs, ChangeSet ours);
}
