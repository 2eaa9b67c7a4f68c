package io.icestream.gcs;

import io.icestream.cloud.Endpoints;
import io.icestream.cloud.RequestOptions;
import io.icestream.cloud.StorageClasses;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a storage in Google Cloud Storage is and how it is reached. Immutable; made by a {@link Builder}, whose methods
 * say the defaults.
 */
public final class GcsOptions {
    private static final URI GOOGLE = URI.create("https://storage.googleapis.com");

    private final Builder values;

    private GcsOptions(Builder values) {
        this.values = values;
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

    GcsLocation location() {
        return values.location;
    }

    /** Without a slash at its end. */
    URI endpoint() {
        return Optional.ofNullable(values.endpoint)
                .map(address -> URI.create(address.toString().replaceAll("/+$", "")))
                .orElse(GOOGLE);
    }

    boolean isElsewhere() {
        return values.endpoint != null;
    }

    GcsCredentials credentials() {
        return values.credentials;
    }

    StorageClasses storageClasses() {
        return values.storageClasses;
    }

    Optional<String> userProject() {
        return Optional.ofNullable(values.userProject);
    }

    Optional<String> encryptionKey() {
        return Optional.ofNullable(values.encryptionKey);
    }

    RequestOptions requests() {
        return values.requests;
    }

    /**
     * @return a builder with these options, to change some
     */
    public Builder toBuilder() {
        return new Builder(values);
    }

    @Override
    public String toString() {
        return "GcsOptions[" + location() + " at " + endpoint() + ", " + credentials() + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private GcsLocation location;
        private @Nullable URI endpoint;
        private boolean allowHttp;
        private GcsCredentials credentials = new GcsCredentials.ApplicationDefault();
        private StorageClasses storageClasses = StorageClasses.DEFAULT;
        private @Nullable String userProject;
        private @Nullable String encryptionKey;
        private RequestOptions requests = RequestOptions.builder().build();

        private Builder(GcsLocation location) {
            this.location = location;
        }

        private Builder(Builder other) {
            this.location = other.location;
            this.endpoint = other.endpoint;
            this.allowHttp = other.allowHttp;
            this.credentials = other.credentials;
            this.storageClasses = other.storageClasses;
            this.userProject = other.userProject;
            this.encryptionKey = other.encryptionKey;
            this.requests = other.requests;
        }

        /**
         * @param value bucket and prefix
         * @return this builder
         */
        public Builder location(GcsLocation value) {
            location = value;
            return this;
        }

        /**
         * @param value address of the server; {@code https://storage.googleapis.com} by default
         * @return this builder
         */
        public Builder endpoint(URI value) {
            endpoint = value;
            return this;
        }

        /**
         * Lets an endpoint be unencrypted; off by default.
         *
         * @return this builder
         */
        public Builder allowHttp() {
            allowHttp = true;
            return this;
        }

        /**
         * @param value who asks; by default what Google's tools find
         * @return this builder
         */
        public Builder credentials(GcsCredentials value) {
            credentials = value;
            return this;
        }

        /**
         * @param value storage classes, such as {@code STANDARD} or {@code NEARLINE}; by default the bucket's own
         * @return this builder
         */
        public Builder storageClasses(StorageClasses value) {
            storageClasses = value;
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
         * @param value patience, repetitions, parts, proxy
         * @return this builder
         */
        public Builder requests(RequestOptions value) {
            requests = value;
            return this;
        }

        /**
         * @return the options
         * @throws IllegalArgumentException if the endpoint is no address, or is unencrypted and that was not allowed
         */
        public GcsOptions build() {
            URI address = endpoint;
            if (address != null) {
                Endpoints.require(address, allowHttp, GOOGLE.toString());
            }
            return new GcsOptions(new Builder(this));
        }
    }
}
