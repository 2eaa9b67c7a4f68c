package io.icestream.engine.session;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.format.SnapshotId;

/** It is not known whether a commit happened: look for the snapshot in the history of the branch. */
public class CommitUnknownException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    private final transient SnapshotId snapshot;

    /**
     * @param snapshot the snapshot to look for
     * @param cause why there is no certain answer
     */
    public CommitUnknownException(SnapshotId snapshot, Throwable cause) {
        super(
                "Commit of snapshot " + snapshot + " got no answer, and reading back did not settle it;"
                        + " look for it in the history of the branch, or commit again with the same idempotency key",
                cause);
        this.snapshot = snapshot;
    }

    /**
     * @return the snapshot to look for
     */
    public SnapshotId snapshot() {
        return snapshot;
    }
}
