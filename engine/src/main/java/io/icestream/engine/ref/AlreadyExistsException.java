package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;

/** What was to be created exists already; nothing was changed. */
public class AlreadyExistsException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public AlreadyExistsException(String message) {
        super(message);
    }
}
