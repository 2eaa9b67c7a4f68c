package io.icestream.gcs;

import io.icestream.engine.storage.cloud.CloudOptions;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a storage in Google Cloud Storage is and how it is reached. Immutable; made by a {@link Builder}, whose methods
 * say the defaults.
 */
public final class GcsOptions extends CloudOptions<GcsLocation, GcsCredentials> {
    static final URI GOOGLE = URI.create("https://storage.googleapis.com");

    private final @Nullable String userProject;
    private final @Nullable String encryptionKey;

    private GcsOptions(Builder builder) {
        super(builder, GOOGLE);
        this.userProject = builder.userProject;
        this.encryptionKey = builder.encryptionKey;
    }

    /**
     * Options for Google Cloud Storage, or for whatever endpoint is set.
     *
     * @param location bucket and prefix
     * @return a builder with the defaults
     */
    public static Builder at(GcsLocation location) {
        return new Builder(location);
    }

    /** Without a slash at its end. */
    URI address() {
        return endpoint().orElse(GOOGLE);
    }

    Optional<String> userProject() {
        return Optional.ofNullable(userProject);
    }

    Optional<String> encryptionKey() {
        return Optional.ofNullable(encryptionKey);
    }

    /**
     * @return a builder with these options, to change some
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Collects options. Without an endpoint it is {@code https://storage.googleapis.com}; without credentials, what Google's
     * tools find. Storage classes are such as {@code STANDARD} or {@code NEARLINE}. Not thread-safe.
     */
    public static final class Builder extends CloudOptions.Builder<GcsLocation, GcsCredentials, Builder> {
        private @Nullable String userProject;
        private @Nullable String encryptionKey;

        private Builder(GcsLocation location) {
            super(location, new GcsCredentials.ApplicationDefault());
        }

        private Builder(GcsOptions options) {
            super(options);
            this.userProject = options.userProject;
            this.encryptionKey = options.encryptionKey;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * @param value the project that pays for requests; by default the bucket's own, or what the credentials say
         * @return this builder
         */
        public Builder userProject(String value) {
            userProject = value;
            return this;
        }

        /**
         * @param value name of a key of the key management service, {@code projects/…/cryptoKeys/…}, that encrypts what
         *     is written; by default what the bucket is set to
         * @return this builder
         */
        public Builder encryptionKey(String value) {
            encryptionKey = value;
            return this;
        }

        /**
         * @return the options
         * @throws IllegalArgumentException if the endpoint is no address, or is unencrypted and that was not allowed
         */
        public GcsOptions build() {
            return new GcsOptions(this);
        }
    }
}
