package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;

/** The repository's status forbids changes; reading goes on. Set the status to online first. */
public class ReadOnlyException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public ReadOnlyException(String message) {
        super(message);
    }
}
