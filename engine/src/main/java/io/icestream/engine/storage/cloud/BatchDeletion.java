package io.icestream.engine.storage.cloud;

import java.time.Duration;
import java.util.List;

/**
 * How a store deletes several objects in one request.
 *
 * @param size how many at most
 * @param request makes the request
 */
public record BatchDeletion(int size, Request request) {
    /** The request. */
    @FunctionalInterface
    public interface Request {
        /**
         * Deletes objects; those that are absent are fine.
         *
         * @param keys keys of the objects
         * @param limit how long it may take
         * @return those that were not deleted, and why
         * @throws FailedCall if the request as a whole fails
         */
        List<FailedDeletion> send(List<String> keys, Duration limit);
    }
}
