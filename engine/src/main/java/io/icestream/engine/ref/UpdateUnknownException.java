package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;

/**
 * The storage gave no answer to the write that decides a change of the repository; the change may or may not have taken
 * effect. Read the repository to find out.
 */
public class UpdateUnknownException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what is not known and where to look
     * @param cause why there is no answer
     */
    public UpdateUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
