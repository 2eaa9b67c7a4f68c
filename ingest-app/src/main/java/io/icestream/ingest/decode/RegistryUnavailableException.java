package io.icestream.ingest.decode;

import io.icestream.engine.IcestreamException;
import org.jspecify.annotations.Nullable;

/** The registry does not answer, or not as it should. The same call may succeed later: a record must wait for it, it is no bad record. */
public class RegistryUnavailableException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public RegistryUnavailableException(String message) {
        super(message);
    }

    /**
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public RegistryUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
