package io.icestream.engine.storage;

/** The storage can only be read by key: it neither writes nor lists. */
public final class ReadOnlyStorageException extends StorageException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public ReadOnlyStorageException(String message) {
        super(message, Retry.CANNOT_HELP);
    }
}
