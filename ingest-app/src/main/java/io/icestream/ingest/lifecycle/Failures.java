package io.icestream.ingest.lifecycle;

import io.icestream.engine.storage.StorageException;
import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.InterruptedWorkException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells failures that end the ingest from those that a new try can mend. */
final class Failures {

    private Failures() {}

    /**
     * What an operator has to know and do, if a new try cannot help.
     *
     * @param failure what a stream thread died of
     */
    static Optional<String> permanent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HaltException) {
                return Optional.of(String.valueOf(cause.getMessage()));
            }
            if (cause instanceof InvalidOffsetException) {
                return Optional.of(
                        "Records that are still to be read are gone from their topic (" + cause.getMessage()
                                + "): its retention is shorter than the ingest was away, or its offsets were lost; stop all members and run reinit");
            }
            if (cause instanceof FencedInstanceIdException) {
                return Optional.of(
                        "Another process runs with the same instance id; give each process a state-directory of its own");
            }
            if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
                return Optional.of("The Kafka brokers refuse us: " + cause.getMessage() + "; correct kafka.properties");
            }
            if (cause instanceof StorageException storage && storage.retry() == StorageException.Retry.CANNOT_HELP) {
                return Optional.of(String.valueOf(storage.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** Whether a new try can help for certain; other failures are tried again a few times only. */
    static boolean isTransient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedWorkException
                    || cause instanceof RetriableException
                    || cause instanceof StorageException) {
                return true;
            }
        }
        return false;
    }

    /** The message of the first cause. */
    static String message(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first.getClass().getSimpleName() + ": " + first.getMessage();
    }
}
