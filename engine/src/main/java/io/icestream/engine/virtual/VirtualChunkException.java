package io.icestream.engine.virtual;

import io.icestream.engine.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** A virtual chunk could not be read for a reason that lies in its reference, not in the store. */
public class VirtualChunkException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String location;

    /**
     * @param location the location, as the reference has it
     * @param message what could not be done, why, and the way out
     */
    public VirtualChunkException(String location, String message) {
        this(location, message, null);
    }

    /**
     * @param location the location, as the reference has it
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public VirtualChunkException(String location, String message, @Nullable Throwable cause) {
        super(message, Retry.CANNOT_HELP, cause);
        this.location = location;
    }

    /**
     * @return the location, as the reference has it
     */
    public String location() {
        return location;
    }
}
