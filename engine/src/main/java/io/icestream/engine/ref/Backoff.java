package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waiting between attempts: full jitter below a ceiling that doubles with each attempt, so that writers that collided
 * once spread out. Thread-safe if its parts are.
 *
 * <p>The ceiling starts low because a race on the repository object is usually lost to one writer that is done within
 * milliseconds.
 *
 * @param waiter lets the time pass
 * @param random chooses the wait
 * @param first ceiling of the first wait
 * @param longest ceiling that is never exceeded
 */
public record Backoff(Waiter waiter, RandomGenerator random, Duration first, Duration longest) {
    private static final int MAX_DOUBLINGS = 30;

    /**
     * Waits before an attempt is repeated.
     *
     * @param failures attempts that have failed so far, at least one
     */
    public void pause(int failures) {
        long doubled = first.toNanos() << Math.min(MAX_DOUBLINGS, failures - 1);
        long ceiling = doubled <= 0 ? longest.toNanos() : Math.min(longest.toNanos(), doubled);
        try {
            waiter.await(Duration.ofNanos(random.nextLong(ceiling + 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IcestreamException(
                    "Interrupted while waiting to repeat an attempt; nothing was changed by it", e);
        }
    }
}
