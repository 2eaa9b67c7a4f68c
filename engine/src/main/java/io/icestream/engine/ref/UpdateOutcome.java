package io.icestream.engine.ref;

import io.icestream.engine.storage.StorageException;

/**
 * What became of a change of the repository object.
 *
 * @param <R> what the transition says about its success
 */
public sealed interface UpdateOutcome<R> {
    /**
     * The transition was written, or it decided that nothing is to be written.
     *
     * @param result what the transition said
     */
    record Done<R>(R result) implements UpdateOutcome<R> {}

    /**
     * There was no answer to the deciding write, and reading back did not settle it.
     *
     * @param cause why there is no certain answer
     */
    record Unknown<R>(StorageException cause) implements UpdateOutcome<R> {}
}
