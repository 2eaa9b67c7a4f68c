package io.icestream.engine.session;

import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.PublishOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Why a commit did not happen and, unless something changes, will not. Nothing of it is visible. */
public sealed interface RefusalReason {
    /**
     * @return the reason in words, for a message
     */
    String description();

    /**
     * Somebody else committed first, and the request has no solver to rebase with.
     *
     * @param expected the snapshot that the session started from
     * @param actual the tip of the branch
     */
    record BranchMoved(SnapshotId expected, SnapshotId actual) implements RefusalReason {
        @Override
        public String description() {
            return "tip is " + actual + ", session started from " + expected
                    + "; commit with a conflict solver, or open a new session";
        }
    }

    /**
     * Somebody else committed first, and the solver says that the changes must not be moved over theirs. The session
     * keeps its changes; it is now based on the last commit that could be rebased over.
     *
     * @param at their commit that conflicts
     * @param conflicts what is in conflict, at least one
     */
    record Conflicts(SnapshotId at, List<Conflict> conflicts) implements RefusalReason {
        /** Copies the list. */
        public Conflicts {
            conflicts = List.copyOf(conflicts);
        }

        @Override
        public String description() {
            String first = conflicts.stream()
                    .limit(3)
                    .map(Conflict::toString)
                    .reduce((a, b) -> a + "; " + b)
                    .orElse("");
            String more = conflicts.size() > 3 ? "; and " + (conflicts.size() - 3) + " more" : "";
            return "changes conflict with commit " + at + ": " + first + more
                    + "; rebase with another solver, or make them again in a new session";
        }
    }

    /**
     * The snapshot that the session started from is no longer in the history of the branch: it was reset, amended or
     * expired. Open a new session.
     *
     * @param base the snapshot that the session started from
     * @param tip the tip of the branch
     */
    record BaseNotInHistory(SnapshotId base, SnapshotId tip) implements RefusalReason {
        @Override
        public String description() {
            return "session started from " + base + ", which is not in the history of the tip " + tip
                    + "; the branch was reset, amended or expired: open a new session";
        }
    }

    /**
     * The snapshot that the session started from cannot be amended by this session.
     *
     * @param base the snapshot
     * @param reason why, and the way out
     */
    record CannotAmend(SnapshotId base, String reason) implements RefusalReason {
        @Override
        public String description() {
            return base + " cannot be amended: " + reason;
        }
    }

    /**
     * The branch does not exist, or does not exist any more.
     *
     * @param branch its name
     */
    record BranchMissing(String branch) implements RefusalReason {
        @Override
        public String description() {
            return "there is no such branch; it may have been deleted";
        }
    }

    /**
     * The snapshot that a detached one was to build on is no longer in the repository: nothing leads to it, and it was
     * collected. Make the changes again in a new session.
     *
     * @param base the snapshot that the session started from
     */
    record BaseMissing(SnapshotId base) implements RefusalReason {
        @Override
        public String description() {
            return "session started from " + base
                    + ", which the repository does not have any more; make the changes again in a new session";
        }
    }

    /**
     * The precondition of the request forbids the commit.
     *
     * @param reason what the precondition said
     */
    record PreconditionFailed(String reason) implements RefusalReason {
        @Override
        public String description() {
            return "precondition failed: " + reason;
        }
    }

    /** There are no changes, or none is left after a rebase, and the request does not allow an empty commit. */
    record NothingToCommit() implements RefusalReason {
        @Override
        public String description() {
            return "there are no changes; allow an empty commit if one is wanted";
        }
    }

    /**
     * Others were faster in every round that the request allows. The changes are kept, committing again goes on.
     *
     * @param rebaseAttempts number of rebases done
     */
    record AttemptsExhausted(int rebaseAttempts) implements RefusalReason {
        @Override
        public String description() {
            return "other writers were faster in " + (rebaseAttempts + 1)
                    + " rounds; commit again or allow more rebase attempts";
        }
    }

    /**
     * Something that the commit refers to, and that nothing else does, was stored so long ago that the collector may have
     * deleted it. Make the changes again in a new session.
     *
     * @param oldest when it was stored, or earlier
     * @param limit how old it may be, see {@code RepositoryOptions.maxUncommittedAge}
     */
    record TooOld(Instant oldest, Duration limit) implements RefusalReason {
        static TooOld of(PublishOutcome.TooOld outcome) {
            return new TooOld(outcome.oldest(), outcome.limit());
        }

        @Override
        public String description() {
            return "something it refers to was stored at " + oldest + ", longer ago than " + limit
                    + ", so that the garbage collector may have deleted it; make the changes again in a new session";
        }
    }
}
