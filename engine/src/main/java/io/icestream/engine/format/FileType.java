package io.icestream.engine.format;

import java.util.Optional;

/** What a file of the repository holds, as the envelope says. */
public enum FileType {
    /** All nodes at one commit. */
    SNAPSHOT(1, "snapshot"),
    /** Chunk references. */
    MANIFEST(2, "manifest"),
    /** Set aside by the specification and never written. */
    ATTRIBUTES(3, "attributes"),
    /** What a commit changed. */
    TRANSACTION_LOG(4, "transaction log"),
    /** Set aside: chunk objects have no envelope. */
    CHUNK(5, "chunk"),
    /** Refs, list of snapshots, ops log. */
    REPOSITORY_INFO(6, "repository info");

    private final int code;
    private final String title;

    FileType(int code, String title) {
        this.code = code;
        this.title = title;
    }

    /** The number in the envelope. */
    public int code() {
        return code;
    }

    /** What to call it in messages. */
    public String title() {
        return title;
    }

    static Optional<FileType> ofCode(int code) {
        return code >= 1 && code <= values().length ? Optional.of(values()[code - 1]) : Optional.empty();
    }
}
