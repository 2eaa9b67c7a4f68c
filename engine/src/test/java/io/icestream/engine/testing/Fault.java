package io.icestream.engine.testing;

/** What a {@link FaultInjectingStorage} does with one call. */
public enum Fault {
    /** Nothing: the call goes through. */
    NONE,
    /** The call throws and has no effect. */
    FAIL_BEFORE,
    /** The call takes effect, then its reply is lost: a conditional write is unknown, anything else throws. */
    LOSE_REPLY,
    /** The call has no effect, and nobody says so: a conditional write is unknown, anything else throws. */
    LOSE_REQUEST,
    /**
     * Like {@link #LOSE_REQUEST}, but the write arrives when {@link FaultInjectingStorage#landLateWrites()} is called.
     */
    LAND_LATE,
    /** A conditional write is refused, as if somebody else had been faster; nothing is written. */
    REFUSE,
    /** A write throws for lack of space and has no effect; a read goes through. */
    DISK_FULL,
    /** The process dies before the call takes effect: it throws {@link SimulatedCrash}, as does every later call. */
    CRASH_BEFORE,
    /**
     * The process dies after the call has taken effect and before it returns: it throws {@link SimulatedCrash}, as does
     * every later call.
     */
    CRASH_AFTER
}
