package io.icestream.ingest.commit;

import io.icestream.engine.IcestreamException;

/** The configuration says other things about a data set than its ledger or its arrays in the repository; the two must not be mixed. */
public class LayoutChangedException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message which data set, what differs, and the way out
     */
    public LayoutChangedException(String message) {
        super(message);
    }
}
