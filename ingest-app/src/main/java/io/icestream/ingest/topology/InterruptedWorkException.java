package io.icestream.ingest.topology;

import io.icestream.engine.IcestreamException;

/**
 * Work was given up because something outside does not answer; the transaction under way is aborted and its records are read again.
 *
 * <p>It also stands in for Kafka's own {@code TimeoutException}, which must not leave a processor or punctuator: Kafka Streams would mark the
 * task as corrupted and commit what it has produced without its offsets and without the drain (rule P17).
 */
public final class InterruptedWorkException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what does not answer
     * @param cause the first cause
     */
    public InterruptedWorkException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Runs work of a processor or punctuator so that no Kafka {@code TimeoutException} leaves it. */
    static void guard(String where, Runnable work) {
        try {
            work.run();
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            throw new InterruptedWorkException("Kafka did not answer in time in " + where, e);
        }
    }
}
