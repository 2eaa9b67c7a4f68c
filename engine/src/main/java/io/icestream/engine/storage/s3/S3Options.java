package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.Attribution;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where an {@link S3Storage} is and how it is reached. Immutable; made by a {@link Builder}, whose methods say the
 * defaults.
 */
public final class S3Options {
    private final Builder values;

    private S3Options(Builder values) {
        this.values = values;
    }

    /**
     * Options for Amazon S3, or for whatever endpoint is set.
     *
     * @param location bucket and prefix
     * @return a builder with the defaults
     */
    public static Builder at(S3Location location) {
        return new Builder(location);
    }

    /**
     * Options for Cloudflare R2.
     *
     * @param accountId the account
     * @param location bucket and prefix
     * @return a builder with the account's endpoint and region {@code auto}
     */
    public static Builder r2(String accountId, S3Location location) {
        return at(location)
                .endpoint(URI.create("https://" + accountId + ".r2.cloudflarestorage.com"))
                .region("auto")
                .pathStyle();
    }

    /**
     * Options for Tigris, with strong consistency asked for in every request.
     *
     * @param location bucket and prefix
     * @return a builder with the global endpoint and region {@code auto}
     */
    public static Builder tigris(S3Location location) {
        return at(location)
                .endpoint(URI.create("https://t3.storage.dev"))
                .region("auto")
                .header("X-Tigris-Consistent", "true");
    }

    /**
     * Options for the storage buckets of Hugging Face. Their gateway keeps no user metadata, so that a conditional write
     * whose reply was lost cannot be recognised: the outcome is then unknown, and a commit reads the log of the repository.
     *
     * @param namespace user or organisation that the bucket belongs to
     * @param location bucket and prefix
     * @return a builder with the gateway's endpoint for the namespace, its region and path style
     */
    public static Builder huggingFace(String namespace, S3Location location) {
        return at(location)
                .endpoint(URI.create("https://s3.hf.co/" + namespace))
                .region("us-east-1")
                .pathStyle();
    }

    /**
     * Options for MinIO and the many servers that are used the same way.
     *
     * @param endpoint address of the server
     * @param location bucket and prefix
     * @return a builder with path style and region {@code us-east-1}
     */
    public static Builder minio(URI endpoint, S3Location location) {
        return at(location).endpoint(endpoint).region("us-east-1").pathStyle();
    }

    S3Location location() {
        return values.location;
    }

    Optional<URI> endpoint() {
        return Optional.ofNullable(values.endpoint);
    }

    Optional<String> region() {
        return Optional.ofNullable(values.region);
    }

    boolean isPathStyle() {
        return values.pathStyle;
    }

    S3Credentials credentials() {
        return values.credentials;
    }

    boolean isRequesterPays() {
        return values.requesterPays;
    }

    S3StorageClasses storageClasses() {
        return values.storageClasses;
    }

    S3Checksum checksum() {
        return values.checksum;
    }

    Optional<S3Encryption> encryption() {
        return Optional.ofNullable(values.encryption);
    }

    Map<String, String> headers() {
        return values.headers;
    }

    Attribution attribution() {
        return values.attribution;
    }

    boolean hasConditionalWrites() {
        return values.conditionalWrites;
    }

    S3Timeouts timeouts() {
        return values.timeouts;
    }

    S3Retries retries() {
        return values.retries;
    }

    S3Transfers transfers() {
        return values.transfers;
    }

    Optional<S3Proxy> proxy() {
        return Optional.ofNullable(values.proxy);
    }

    InstantSource clock() {
        return values.clock;
    }

    RandomGenerator random() {
        return values.random;
    }

    Sleeper sleeper() {
        return values.sleeper;
    }

    /**
     * @return a builder with these options, to change some
     */
    public Builder toBuilder() {
        return new Builder(values);
    }

    @Override
    public String toString() {
        return "S3Options[" + location() + endpoint().map(uri -> " at " + uri).orElse("")
                + region().map(name -> " in " + name).orElse("") + ", " + credentials() + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private S3Location location;
        private @Nullable URI endpoint;
        private @Nullable String region;
        private boolean pathStyle;
        private boolean allowHttp;
        private S3Credentials credentials = new S3Credentials.Environment();
        private boolean requesterPays;
        private S3StorageClasses storageClasses = S3StorageClasses.DEFAULT;
        private S3Checksum checksum = S3Checksum.CRC32;
        private @Nullable S3Encryption encryption;
        private Map<String, String> headers = new TreeMap<>();
        private Attribution attribution = Attribution.NONE;
        private boolean conditionalWrites = true;
        private S3Timeouts timeouts = S3Timeouts.DEFAULT;
        private S3Retries retries = S3Retries.DEFAULT;
        private S3Transfers transfers = S3Transfers.DEFAULT;
        private @Nullable S3Proxy proxy;
        private InstantSource clock = InstantSource.system();
        private RandomGenerator random = new SecureRandom();
        private Sleeper sleeper = Sleeper.system();

        private Builder(S3Location location) {
            this.location = location;
        }

        private Builder(Builder other) {
            this.location = other.location;
            this.endpoint = other.endpoint;
            this.region = other.region;
            this.pathStyle = other.pathStyle;
            this.allowHttp = other.allowHttp;
            this.credentials = other.credentials;
            this.requesterPays = other.requesterPays;
            this.storageClasses = other.storageClasses;
            this.checksum = other.checksum;
            this.encryption = other.encryption;
            this.headers = new TreeMap<>(other.headers);
            this.attribution = other.attribution;
            this.conditionalWrites = other.conditionalWrites;
            this.timeouts = other.timeouts;
            this.retries = other.retries;
            this.transfers = other.transfers;
            this.proxy = other.proxy;
            this.clock = other.clock;
            this.random = other.random;
            this.sleeper = other.sleeper;
        }

        /**
         * @param value bucket and prefix
         * @return this builder
         */
        public Builder location(S3Location value) {
            location = value;
            return this;
        }

        /**
         * @param value address of the server; by default the one of Amazon S3 in the region, or the one in {@code
         *     AWS_ENDPOINT_URL_S3} or {@code AWS_ENDPOINT_URL}
         * @return this builder
         */
        public Builder endpoint(URI value) {
            endpoint = value;
            return this;
        }

        /**
         * @param value region of the bucket; by default what the AWS tools find, and {@code us-east-1} if there is an
         *     endpoint
         * @return this builder
         */
        public Builder region(String value) {
            region = value;
            return this;
        }

        /**
         * Writes the bucket into the path of each URL instead of the host's name; off by default.
         *
         * @return this builder
         */
        public Builder pathStyle() {
            pathStyle = true;
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
         * @param value who asks; by default what the AWS tools find
         * @return this builder
         */
        public Builder credentials(S3Credentials value) {
            credentials = value;
            return this;
        }

        /**
         * Agrees to pay for requests to somebody else's bucket; off by default.
         *
         * @return this builder
         */
        public Builder requesterPays() {
            requesterPays = true;
            return this;
        }

        /**
         * @param value storage classes; by default the store's own
         * @return this builder
         */
        public Builder storageClasses(S3StorageClasses value) {
            storageClasses = value;
            return this;
        }

        /**
         * @param value checksum; CRC-32 by default
         * @return this builder
         */
        public Builder checksum(S3Checksum value) {
            checksum = value;
            return this;
        }

        /**
         * @param value encryption with a key of the key management service; by default what the bucket is set to
         * @return this builder
         */
        public Builder encryption(S3Encryption value) {
            encryption = value;
            return this;
        }

        /**
         * Adds a header to every request; none by default.
         *
         * @param name its name
         * @param value its value
         * @return this builder
         */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /**
         * @param value who the requests are made for; goes into the {@code User-Agent} of each, by default without labels
         * @return this builder
         */
        public Builder attribution(Attribution value) {
            attribution = value;
            return this;
        }

        /**
         * For stores that do not know conditional writes: an object is looked at, and then written without a condition.
         * Two writers that do so at the same time both succeed, and one of their commits is lost without a trace. So this
         * is for a single writer only, and off by default.
         *
         * @return this builder
         */
        public Builder withoutConditionalWrites() {
            conditionalWrites = false;
            return this;
        }

        /**
         * @param value how long to wait
         * @return this builder
         */
        public Builder timeouts(S3Timeouts value) {
            timeouts = value;
            return this;
        }

        /**
         * @param value how often to repeat
         * @return this builder
         */
        public Builder retries(S3Retries value) {
            retries = value;
            return this;
        }

        /**
         * @param value how large objects are moved
         * @return this builder
         */
        public Builder transfers(S3Transfers value) {
            transfers = value;
            return this;
        }

        /**
         * @param value proxy; by default what {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, or Java's
         *     properties for them, say
         * @return this builder
         */
        public Builder proxy(S3Proxy value) {
            proxy = value;
            return this;
        }

        /**
         * @param value tells the time to the credentials; the system's clock by default
         * @return this builder
         */
        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /**
         * @param value chooses write ids and pauses; thread-safe, and unpredictable unless in a test
         * @return this builder
         */
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /**
         * @param value lets time pass between attempts
         * @return this builder
         */
        public Builder sleeper(Sleeper value) {
            sleeper = value;
            return this;
        }

        /**
         * @return the options
         * @throws IllegalArgumentException if the endpoint is no address, or is unencrypted and that was not allowed
         */
        public S3Options build() {
            URI address = endpoint;
            if (address != null) {
                requireEndpoint(address);
            }
            return new S3Options(new Builder(this));
        }

        private void requireEndpoint(URI address) {
            boolean http = "http".equalsIgnoreCase(address.getScheme());
            if (address.getHost() == null || !(http || "https".equalsIgnoreCase(address.getScheme()))) {
                throw new IllegalArgumentException(
                        "Invalid endpoint '" + address + "': an address such as https://s3.example.com is needed");
            }
            if (http && !allowHttp) {
                throw new IllegalArgumentException("Invalid endpoint '" + address
                        + "': it is not encrypted; use https, or allow http if the network is trusted");
            }
        }
    }
}
