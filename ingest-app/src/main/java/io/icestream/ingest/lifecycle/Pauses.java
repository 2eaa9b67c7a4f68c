package io.icestream.ingest.lifecycle;

import io.icestream.ingest.topology.InterruptedWorkException;
import java.time.Duration;

/** Waiting that an interrupt ends with an exception. */
final class Pauses {

    private Pauses() {}

    static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Keeps the interrupt and makes the exception for it. */
    static InterruptedWorkException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new InterruptedWorkException("Interrupted while waiting", cause);
    }
}
