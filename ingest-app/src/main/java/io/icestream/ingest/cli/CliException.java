package io.icestream.ingest.cli;

import org.jspecify.annotations.Nullable;

/** A verb cannot do what it was asked for. The message is all that the user sees. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * @param exitCode one of {@link ExitCode}
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public CliException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /**
     * @param exitCode one of {@link ExitCode}
     * @param message what could not be done, why, and the way out
     */
    public CliException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    /** {@return one of {@link ExitCode}} */
    public int exitCode() {
        return exitCode;
    }
}
