package io.icestream.engine.format;

/** Where the bytes of a chunk are kept. */
public enum ChunkKind {
    /** In the manifest. */
    INLINE,
    /** In an object of the repository. */
    NATIVE,
    /** In an object outside the repository. */
    VIRTUAL
}
