package io.icestream.engine.conflict;

/** Whether a node that we deleted and they changed is deleted all the same. */
public enum DeletePolicy {
    /** The deletion goes on, their change is lost. */
    PROCEED,
    /** The rebase fails. */
    FAIL
}
