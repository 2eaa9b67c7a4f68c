package io.icestream.engine.storage;

import org.jspecify.annotations.Nullable;

/** An object that the caller knows to exist is not there. */
public class ObjectNotFoundException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * @param key key of the missing object
     * @param message what could not be done, why, and the way out
     */
    public ObjectNotFoundException(String key, String message) {
        this(key, message, null);
    }

    /**
     * @param key key of the missing object
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public ObjectNotFoundException(String key, String message, @Nullable Throwable cause) {
        super(message, Retry.CANNOT_HELP, cause);
        this.key = key;
    }

    /**
     * @return key of the missing object
     */
    public String key() {
        return key;
    }
}
