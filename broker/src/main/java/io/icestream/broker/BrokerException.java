package io.icestream.broker;

import org.jspecify.annotations.Nullable;

/** The local broker or registry cannot be started or has died. The message says why and where its log is. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public BrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** @param message what could not be done, why, and the way out */
    public BrokerException(String message) {
        this(message, null);
    }
}
