package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.cloud.CachedCredentials;
import io.icestream.engine.storage.s3.S3Credentials.TemporaryKeys;
import java.time.InstantSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Gives the SDK the keys of a user's own source. Thread-safe. */
final class RefreshedCredentials implements AwsCredentialsProvider {
    private final CachedCredentials<TemporaryKeys> keys;

    RefreshedCredentials(S3Credentials.Refreshed source, InstantSource clock) {
        this.keys = new CachedCredentials<>(source.source(), TemporaryKeys::expiresAt, clock);
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return S3Clients.credentials(keys.current().keys());
    }

    /** The store says that they have expired. */
    void forget() {
        keys.forget();
    }
}
