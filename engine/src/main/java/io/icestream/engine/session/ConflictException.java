package io.icestream.engine.session;

import io.icestream.engine.IcestreamException;

/** A commit was refused and certainly did not happen. */
public class ConflictException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    private final transient RefusalReason reason;

    /**
     * @param message what could not be committed, why, and the way out
     * @param reason the reason as data
     */
    public ConflictException(String message, RefusalReason reason) {
        super(message);
        this.reason = reason;
    }

    /**
     * @return why the commit was refused
     */
    public RefusalReason reason() {
        return reason;
    }
}
