package io.icestream.engine.conflict;

/** Whose chunk stays when both sides changed it. */
public enum ChunkClashPolicy {
    /** Neither: the rebase fails. */
    FAIL,
    /** Ours overwrites theirs. */
    USE_OURS,
    /** Theirs stays, our change of that chunk is dropped. */
    USE_THEIRS
}
