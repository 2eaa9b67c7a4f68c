package io.icestream.engine.testing;

/**
 * Stands for the death of the process. An {@link Error}, so that code which handles storage failures does not handle
 * this one: a dead process handles nothing.
 */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(StorageCall call) {
        super("Simulated crash at " + call);
    }
}
