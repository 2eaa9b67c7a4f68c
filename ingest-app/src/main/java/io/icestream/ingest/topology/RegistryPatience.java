package io.icestream.ingest.topology;

import io.icestream.ingest.config.RegistrySettings;
import io.icestream.ingest.decode.RegistryUnavailableException;
import java.time.Duration;

/**
 * Waits for the schema registry on the stream thread, with growing pauses, for less time than a transaction may last. After that the work
 * of the transaction is given up and its records are read again: nothing is lost, and none of them is a dead letter.
 */
final class RegistryPatience {

    private static final Duration LIMIT = Duration.ofSeconds(6);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final IngestListener listener;
    private final String what;
    private Duration pause = FIRST_PAUSE;
    private Duration waited = Duration.ZERO;
    private boolean confirmed;

    RegistryPatience(IngestListener listener, RegistrySettings registry) {
        this.listener = listener;
        this.what = "the schema registry at " + registry.urls();
    }

    /** Takes in that the registry, or what is cached of it, has answered; the one before us may have told that it waits. */
    void answered() {
        if (!confirmed) {
            confirmed = true;
            waited = Duration.ZERO;
            pause = FIRST_PAUSE;
            listener.resumed(what);
        }
    }

    /** Pauses before the next try, or gives up. */
    void await(RegistryUnavailableException failure) {
        if (waited.isZero()) {
            confirmed = false;
            listener.waiting(what);
        }
        if (waited.compareTo(LIMIT) >= 0) {
            throw new InterruptedWorkException("Schema registry does not answer", failure);
        }
        sleep(failure);
        waited = waited.plus(pause);
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }

    private void sleep(RegistryUnavailableException failure) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedWorkException("Interrupted while waiting for " + what, failure);
        }
    }
}
