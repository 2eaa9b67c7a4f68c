package io.icestream.engine.storage.cloud;

import java.time.Duration;

/** How time passes between attempts; passed in, so that tests do not wait. */
@FunctionalInterface
public interface Sleeper {
    /**
     * Returns when the time is over.
     *
     * @param duration how long
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    void sleep(Duration duration) throws InterruptedException;

    /**
     * @return one that puts the calling thread to sleep
     */
    static Sleeper system() {
        return duration -> Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
    }
}
