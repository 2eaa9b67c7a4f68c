package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;

/** The repository, branch, tag, snapshot or node that was asked for does not exist. */
public class NotFoundException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public NotFoundException(String message) {
        super(message);
    }
}
