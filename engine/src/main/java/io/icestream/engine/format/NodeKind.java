package io.icestream.engine.format;

/** The two kinds of node. */
public enum NodeKind {
    /** A group. */
    GROUP,
    /** An array. */
    ARRAY
}
