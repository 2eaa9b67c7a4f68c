package io.icestream.engine.store;

/** What a write does with chunks whose every element is the fill value. They read the same either way. */
public enum EmptyChunks {
    /** They are not stored, and deleted if they were: less to store and to list. */
    OMIT,
    /** They are stored as others are: a reader can tell them from what was never written. */
    STORE
}
