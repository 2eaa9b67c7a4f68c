package io.icestream.engine;

import org.jspecify.annotations.Nullable;

/**
 * Root of every failure that the engine reports and that is not a mistake of the caller.
 *
 * <p>Messages say what could not be done, why, with the values, and the way out. Whether a retry can help follows from the type.
 */
public class IcestreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public IcestreamException(String message) {
        super(message);
    }

    /**
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public IcestreamException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
