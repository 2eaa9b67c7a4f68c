package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.cloud.CloudOptions;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where an {@link S3Storage} is and how it is reached. Immutable; made by a {@link Builder}, whose methods say the
 * defaults.
 */
public final class S3Options extends CloudOptions<S3Location, S3Credentials> {
    /** What the address of a server looks like. */
    static final URI EXAMPLE = URI.create("https://s3.example.com");

    private final @Nullable String region;
    private final boolean pathStyle;
    private final boolean requesterPays;
    private final S3Checksum checksum;
    private final @Nullable S3Encryption encryption;
    private final Map<String, String> headers;
    private final boolean conditionalWrites;

    private S3Options(Builder builder) {
        super(builder, EXAMPLE);
        this.region = builder.region;
        this.pathStyle = builder.pathStyle;
        this.requesterPays = builder.requesterPays;
        this.checksum = builder.checksum;
        this.encryption = builder.encryption;
        this.headers = Map.copyOf(builder.headers);
        this.conditionalWrites = builder.conditionalWrites;
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

    Optional<String> region() {
        return Optional.ofNullable(region);
    }

    boolean isPathStyle() {
        return pathStyle;
    }

    boolean isRequesterPays() {
        return requesterPays;
    }

    S3Checksum checksum() {
        return checksum;
    }

    Optional<S3Encryption> encryption() {
        return Optional.ofNullable(encryption);
    }

    Map<String, String> headers() {
        return headers;
    }

    boolean hasConditionalWrites() {
        return conditionalWrites;
    }

    /**
     * @return a builder with these options, to change some
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    @Override
    public String toString() {
        return "S3Options[" + where() + region().map(name -> " in " + name).orElse("") + ", " + credentials() + "]";
    }

    /**
     * Collects options. Without an endpoint it is the one of Amazon S3 in the region, or the one in {@code
     * AWS_ENDPOINT_URL_S3} or {@code AWS_ENDPOINT_URL}; without credentials, what the AWS tools find. Not thread-safe.
     */
    public static final class Builder extends CloudOptions.Builder<S3Location, S3Credentials, Builder> {
        private @Nullable String region;
        private boolean pathStyle;
        private boolean requesterPays;
        private S3Checksum checksum = S3Checksum.CRC32;
        private @Nullable S3Encryption encryption;
        private final Map<String, String> headers = new TreeMap<>();
        private boolean conditionalWrites = true;

        private Builder(S3Location location) {
            super(location, new S3Credentials.Environment());
        }

        private Builder(S3Options options) {
            super(options);
            this.region = options.region;
            this.pathStyle = options.pathStyle;
            this.requesterPays = options.requesterPays;
            this.checksum = options.checksum;
            this.encryption = options.encryption;
            this.headers.putAll(options.headers);
            this.conditionalWrites = options.conditionalWrites;
        }

        @Override
        protected Builder self() {
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
         * Agrees to pay for requests to somebody else's bucket; off by default.
         *
         * @return this builder
         */
        public Builder requesterPays() {
            requesterPays = true;
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
         * @return the options
         * @throws IllegalArgumentException if the endpoint is no address, or is unencrypted and that was not allowed
         */
        public S3Options build() {
            return new S3Options(this);
        }
    }
}
