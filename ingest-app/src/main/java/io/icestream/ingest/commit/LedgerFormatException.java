package io.icestream.ingest.commit;

import io.icestream.engine.IcestreamException;
import org.jspecify.annotations.Nullable;

/** The attributes of a ledger group are not a ledger that this program can read. */
public class LedgerFormatException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message which group, what is wrong, and the way out
     * @param cause the first cause, or null
     */
    public LedgerFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
