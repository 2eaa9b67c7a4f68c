package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;

/** The repository was last changed further in the future of this machine's clock than skew explains; set the clock. */
public class ClockSkewException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public ClockSkewException(String message) {
        super(message);
    }
}
