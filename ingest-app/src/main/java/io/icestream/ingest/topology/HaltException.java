package io.icestream.ingest.topology;

import io.icestream.engine.IcestreamException;

/** The ingest cannot go on without an operator. Nothing of the transaction under way is committed. */
public final class HaltException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what is wrong, where, and the way out
     */
    public HaltException(String message) {
        super(message);
    }
}
