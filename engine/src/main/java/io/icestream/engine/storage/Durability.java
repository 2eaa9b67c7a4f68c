package io.icestream.engine.storage;

/** What a write to a local directory survives once it has been reported as done. */
public enum Durability {
    /** A power failure: content and directory entry are on disk before a write returns. The default. */
    DISK,
    /** The end of the process, however sudden, but not that of the machine. For tests and scratch repositories. */
    PROCESS
}
