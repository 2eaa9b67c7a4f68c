package io.icestream.ingest.protocol;

import io.icestream.engine.IcestreamException;
import org.jspecify.annotations.Nullable;

/** A message or a ledger is not what the protocol says. Retrying does not help. */
public final class ProtocolException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be read and why
     * @param cause the first cause, or null
     */
    public ProtocolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
