package io.icestream.engine.session;

import io.icestream.engine.observe.Ending;
import io.icestream.engine.ref.PublishOutcome;

/** What an observer is told of how commits and publications ended. */
final class CommitEndings {
    private static final Ending UNKNOWN = Ending.of("unknown");
    private static final Ending REFUSED = Ending.of("refused");

    private CommitEndings() {}

    static Ending of(CommitOutcome outcome) {
        if (outcome instanceof CommitOutcome.Committed committed) {
            return Ending.of(committed.repeated() ? "repeated" : "committed")
                    .with("rebases", committed.rebaseAttempts());
        }
        return outcome instanceof CommitOutcome.Unknown ? UNKNOWN : REFUSED;
    }

    static Ending of(PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Published) {
            return Ending.of("published");
        }
        if (outcome instanceof PublishOutcome.BranchMoved) {
            return Ending.of("moved");
        }
        return outcome instanceof PublishOutcome.Unknown ? UNKNOWN : REFUSED;
    }
}
