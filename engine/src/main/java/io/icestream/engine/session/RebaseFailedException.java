package io.icestream.engine.session;

import io.icestream.engine.conflict.Conflict;
import java.util.List;

/** A commit was refused because its changes conflict with those of somebody else. */
public class RebaseFailedException extends ConflictException {
    private static final long serialVersionUID = 1L;

    private final transient List<Conflict> conflicts;

    /**
     * @param message what could not be committed, why, and the way out
     * @param reason the conflicts as data
     */
    public RebaseFailedException(String message, RefusalReason.Conflicts reason) {
        super(message, reason);
        this.conflicts = reason.conflicts();
    }

    /**
     * @return what is in conflict
     */
    public List<Conflict> conflicts() {
        return conflicts;
    }
}
