package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.s3.S3Credentials.TemporaryKeys;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Keeps the keys of a source until shortly before they expire. Thread-safe; threads that need new ones wait for one. */
final class RefreshedCredentials implements AwsCredentialsProvider {
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final S3Credentials.Refreshed source;
    private final InstantSource clock;

    private @Nullable TemporaryKeys current;

    RefreshedCredentials(S3Credentials.Refreshed source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Holds the lock across the call of the source on purpose: one asks, the others wait for what it gets. */
    @Override
    public synchronized AwsCredentials resolveCredentials() {
        TemporaryKeys keys = current;
        if (keys == null || !clock.instant().isBefore(keys.expiresAt().minus(MARGIN))) {
            keys = source.source().get();
            current = keys;
        }
        return S3Clients.credentials(keys.keys());
    }

    /** The store says that they have expired. */
    synchronized void forget() {
        current = null;
    }
}
