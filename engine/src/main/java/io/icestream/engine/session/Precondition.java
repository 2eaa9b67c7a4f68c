package io.icestream.engine.session;

/**
 * What must hold at the tip of the branch for a commit to go on. It is asked in every round, on the very snapshot that
 * the new one will have as its parent: since publishing fails when the branch has moved, what was found still holds at
 * the moment of publishing.
 */
@FunctionalInterface
public interface Precondition {
    /** Always lets the commit go on. */
    Precondition NONE = tip -> new Verdict.Proceed();

    /**
     * Looks at the tip. It may read through the session, and is called from the committing thread.
     *
     * @param tip the snapshot that the commit will build on, without the changes of the commit
     * @return whether to go on
     */
    Verdict check(Session tip);
}
