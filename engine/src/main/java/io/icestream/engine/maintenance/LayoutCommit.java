package io.icestream.engine.maintenance;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.ConflictException;
import io.icestream.engine.session.LayoutSession;
import io.icestream.engine.session.RefusalReason;
import java.util.Optional;
import java.util.function.Supplier;

/** How commits end that change nothing but how a branch is stored. */
final class LayoutCommit {
    private static final int ATTEMPTS = 10;

    private LayoutCommit() {}

    /** A session whose work is carried over to a new one on the tip, from the second attempt on. */
    static final class Attempt {
        private final LayoutSession first;
        private boolean used;

        Attempt(LayoutSession first) {
            this.first = first;
        }

        LayoutSession on(Repository repository) {
            boolean again = used;
            used = true;
            return again ? first.on(repository.layoutSession(first.branch()).snapshot()) : first;
        }
    }

    /** The snapshot, or empty if there was nothing left to do at the tip. */
    static Optional<SnapshotId> committed(CommitOutcome outcome) {
        return outcome instanceof CommitOutcome.Refused refused
                        && refused.reason() instanceof RefusalReason.NothingToCommit
                ? Optional.empty()
                : Optional.of(outcome.orThrow().id());
    }

    /** Begins again if the branch went elsewhere under it, as such work can be done on any snapshot. */
    static <T> T retrying(Repository repository, String branch, Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (ConflictException e) {
                if (attempt == ATTEMPTS || !isElsewhere(repository, branch, e.reason())) {
                    throw e;
                }
            }
        }
    }

    private static boolean isElsewhere(Repository repository, String branch, RefusalReason reason) {
        return reason instanceof RefusalReason.BaseNotInHistory
                || (reason instanceof RefusalReason.CannotAmend amend
                        && !repository.findBranch(branch).equals(Optional.of(amend.base())));
    }
}
