package io.icestream.engine.storage.cloud;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a source gives until shortly before it expires. Thread-safe; threads that need something new wait for one.
 *
 * @param <T> tokens or keys
 */
public final class CachedCredentials<T> {
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final Supplier<T> source;
    private final Function<T, Instant> expiry;
    private final InstantSource clock;
    private @Nullable T current;

    /**
     * @param source gives fresh ones; may block; called by one thread at a time
     * @param expiry when one is no longer good
     * @param clock tells the time
     */
    public CachedCredentials(Supplier<T> source, Function<T, Instant> expiry, InstantSource clock) {
        this.source = source;
        this.expiry = expiry;
        this.clock = clock;
    }

    /**
     * Gives what is good for a minute at least. Holds the lock across the call of the source on purpose: one asks, the
     * others wait for what it gets.
     *
     * @return the token, or the keys
     */
    public synchronized T current() {
        T held = current;
        if (held == null || !clock.instant().isBefore(expiry.apply(held).minus(MARGIN))) {
            held = source.get();
            current = held;
        }
        return held;
    }

    /** The store says that it has expired. */
    public synchronized void forget() {
        current = null;
    }
}
