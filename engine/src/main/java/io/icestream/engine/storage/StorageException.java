package io.icestream.engine.storage;

import io.icestream.engine.IcestreamException;
import org.jspecify.annotations.Nullable;

/** The storage could not do what it was asked for, and not for a reason that the caller asked about. */
public class StorageException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    private final Retry retry;

    /**
     * @param message what could not be done, why, and the way out
     * @param retry whether the same call may succeed later
     */
    public StorageException(String message, Retry retry) {
        this(message, retry, null);
    }

    /**
     * @param message what could not be done, why, and the way out
     * @param retry whether the same call may succeed later
     * @param cause the first cause, or null
     */
    public StorageException(String message, Retry retry, @Nullable Throwable cause) {
        super(message, cause);
        this.retry = retry;
    }

    /**
     * @return whether the same call may succeed later
     */
    public Retry retry() {
        return retry;
    }

    /** Whether the same call may succeed later. */
    public enum Retry {
        /** The cause may pass by itself, or without stopping this process: an unreachable server, a full disk. */
        CAN_HELP,
        /** The call will fail again until somebody changes the call, the rights or the configuration. */
        CANNOT_HELP
    }
}
