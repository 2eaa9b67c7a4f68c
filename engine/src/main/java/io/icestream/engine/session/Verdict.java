package io.icestream.engine.session;

import io.icestream.engine.format.SnapshotId;

/** What a {@link Precondition} says about a commit. */
public sealed interface Verdict {
    /** The commit may go on. */
    record Proceed() implements Verdict {}

    /**
     * The effect of the commit is in the branch already; the commit ends as repeated.
     *
     * @param id the snapshot that has the effect
     */
    record AlreadyDone(SnapshotId id) implements Verdict {}

    /**
     * The commit must not happen; it ends as refused.
     *
     * @param reason why, for people
     */
    record Abort(String reason) implements Verdict {}
}
