package io.icestream.engine.session;

import io.icestream.engine.format.SnapshotId;

/** How a commit ended: done, certainly not done, or not known. */
public sealed interface CommitOutcome {
    /**
     * Returns the commit, or throws what happened instead.
     *
     * @return this, if it is a commit
     * @throws ConflictException if the commit was refused; {@link RebaseFailedException} if because of conflicts
     * @throws CommitUnknownException if it is not known whether the commit happened
     */
    Committed orThrow();

    /**
     * The commit is in the history of the branch.
     *
     * @param id the snapshot
     * @param rebaseAttempts how often it was rebased over commits of others
     * @param repeated true if an earlier call had done it already, as the idempotency key or the precondition found
     */
    record Committed(SnapshotId id, int rebaseAttempts, boolean repeated) implements CommitOutcome {
        @Override
        public Committed orThrow() {
            return this;
        }
    }

    /**
     * The commit did not happen, for certain.
     *
     * @param branch the branch that was to be committed to
     * @param reason why
     */
    record Refused(String branch, RefusalReason reason) implements CommitOutcome {
        @Override
        public Committed orThrow() {
            String message = "Cannot commit to branch '" + branch + "': " + reason.description();
            if (reason instanceof RefusalReason.Conflicts conflicts) {
                throw new RebaseFailedException(message, conflicts);
            }
            throw new ConflictException(message, reason);
        }
    }

    /**
     * There was no answer to the write that decides, and reading back did not settle it. Publish the flushed snapshot
     * again, or commit again with the same idempotency key, to find out.
     *
     * @param id the snapshot to look for in the history of the branch
     * @param cause why there is no certain answer
     */
    record Unknown(SnapshotId id, Throwable cause) implements CommitOutcome {
        @Override
        public Committed orThrow() {
            throw new CommitUnknownException(id, cause);
        }
    }
}
