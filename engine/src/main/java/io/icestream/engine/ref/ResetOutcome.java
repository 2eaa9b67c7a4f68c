package io.icestream.engine.ref;

import io.icestream.engine.format.SnapshotId;

/** What became of the reset of a branch. */
public sealed interface ResetOutcome {
    /** The branch points where it was asked to. */
    record Reset() implements ResetOutcome {}

    /**
     * The branch was not where it was expected; nothing was changed.
     *
     * @param actual where it points
     */
    record TipMoved(SnapshotId actual) implements ResetOutcome {}
}
