package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;

/**
 * Other writers were faster in every attempt to change the repository object; nothing was changed, trying again later
 * is fine.
 */
public class UpdateAttemptsException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public UpdateAttemptsException(String message) {
        super(message);
    }
}
