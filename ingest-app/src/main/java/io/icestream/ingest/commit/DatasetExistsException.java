package io.icestream.ingest.commit;

import io.icestream.engine.IcestreamException;

/** A data set cannot be created because the branch holds other nodes in its place, and no ledger of the ingest. */
public class DatasetExistsException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message which nodes are in the way, and the way out
     */
    public DatasetExistsException(String message) {
        super(message);
    }
}
