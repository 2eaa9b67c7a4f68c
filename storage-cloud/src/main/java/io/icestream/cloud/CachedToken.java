package io.icestream.cloud;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the token of a source until shortly before it expires. Thread-safe; threads that need a new one wait for one. */
public final class CachedToken {
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final Supplier<AccessToken> source;
    private final InstantSource clock;

    private @Nullable AccessToken current;

    /**
     * @param source gives fresh tokens; may block; called by one thread at a time
     * @param clock tells the time
     */
    public CachedToken(Supplier<AccessToken> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * Gives a token that is good for a minute at least. Holds the lock across the call of the source on purpose: one
     * asks, the others wait for what it gets.
     *
     * @return the text of the token
     */
    public synchronized String text() {
        AccessToken token = current;
        if (token == null || !clock.instant().isBefore(token.expiresAt().minus(MARGIN))) {
            token = source.get();
            current = token;
        }
        return token.text();
    }

    /** The store says that it has expired. */
    public synchronized void forget() {
        current = null;
    }
}
