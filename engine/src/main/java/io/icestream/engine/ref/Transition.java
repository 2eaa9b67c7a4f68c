package io.icestream.engine.ref;

import io.icestream.engine.asset.PendingWrites;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.UpdateStamp;

/**
 * One change of the repository, computed anew from each fresh value until it is written or decides against it. Pure.
 *
 * @param <R> what it says about its success
 */
@FunctionalInterface
public interface Transition<R> {
    /**
     * Computes the change.
     *
     * @param current the repository as it is now
     * @param stamp goes with the new value
     * @return what to do
     */
    Step<R> apply(RepositoryInfo current, UpdateStamp stamp);

    /**
     * What to do with the repository.
     *
     * @param <R> what the transition says about its success
     */
    sealed interface Step<R> {
        /**
         * Write a new value.
         *
         * @param next the new value
         * @param result what to say if it is written
         * @param objects what the new value refers to and must be stored before it is written
         */
        record Write<R>(RepositoryInfo next, R result, PendingWrites objects) implements Step<R> {
            /** Writes a value that refers to nothing that is not stored. */
            public Write(RepositoryInfo next, R result) {
                this(next, result, PendingWrites.NONE);
            }
        }

        /**
         * Write nothing.
         *
         * @param result what to say
         */
        record Stop<R>(R result) implements Step<R> {}
    }
}
