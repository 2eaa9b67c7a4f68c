package io.icestream.ingest.cli;

/** What the process says when it ends. A process that a signal stopped ends with 128 and the signal's number, after closing cleanly. */
public final class ExitCode {

    /** Done. */
    public static final int OK = 0;

    /** Something failed on the way. The message says what. */
    public static final int FAILED = 1;

    /** The command line is wrong; nothing was done. */
    public static final int USAGE = 2;

    /** The configuration, the input or a schema is wrong; the message names each problem. */
    public static final int INVALID = 3;

    /** A broker, the registry or the storage cannot be reached; trying again can help. */
    public static final int UNREACHABLE = 4;

    /** The ingest stopped by itself and needs an operator. */
    public static final int HALTED = 5;

    /** What was asked for does not exist: a repository, a branch, a tag, a snapshot, a topic. */
    public static final int NOT_FOUND = 6;

    private ExitCode() {}
}
