package io.icestream.engine.ref;

import java.time.Duration;

/** How the engine lets time pass between attempts; passed in, so that a test or a simulation waits without sleeping. */
@FunctionalInterface
public interface Waiter {
    /**
     * Returns when the time is over.
     *
     * @param duration how long to wait, zero or more
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    void await(Duration duration) throws InterruptedException;

    /**
     * @return a waiter that puts the calling thread to sleep
     */
    static Waiter sleeping() {
        return duration -> Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
    }
}
