package io.icestream.azure;

import io.icestream.cloud.Endpoints;
import io.icestream.cloud.RequestOptions;
import io.icestream.cloud.StorageClasses;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a storage in Azure Blob is and how it is reached. Immutable; made by a {@link Builder}, whose methods say the
 * defaults.
 */
public final class AzureOptions {
    private final Builder values;

    private AzureOptions(Builder values) {
        this.values = values;
    }

    /**
     * Options for Azure, or for whatever endpoint is set.
     *
     * @param location account, container and prefix
     * @return a builder with the defaults
     */
    public static Builder at(AzureLocation location) {
        return new Builder(location);
    }

    AzureLocation location() {
        return values.location;
    }

    /** Without a slash at its end. */
    URI endpoint() {
        return Optional.ofNullable(values.endpoint)
                .map(address -> URI.create(address.toString().replaceAll("/+$", "")))
                .orElseGet(() -> URI.create("https://" + location().account() + ".blob.core.windows.net"));
    }

    boolean isElsewhere() {
        return values.endpoint != null;
    }

    AzureCredentials credentials() {
        return values.credentials;
    }

    StorageClasses accessTiers() {
        return values.accessTiers;
    }

    Optional<String> encryptionScope() {
        return Optional.ofNullable(values.encryptionScope);
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
        return "AzureOptions[" + location() + " at " + endpoint() + ", " + credentials() + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private AzureLocation location;
        private @Nullable URI endpoint;
        private boolean allowHttp;
        private AzureCredentials credentials = new AzureCredentials.Environment();
        private StorageClasses accessTiers = StorageClasses.DEFAULT;
        private @Nullable String encryptionScope;
        private RequestOptions requests = RequestOptions.builder().build();

        private Builder(AzureLocation location) {
            this.location = location;
        }

        private Builder(Builder other) {
            this.location = other.location;
            this.endpoint = other.endpoint;
            this.allowHttp = other.allowHttp;
            this.credentials = other.credentials;
            this.accessTiers = other.accessTiers;
            this.encryptionScope = other.encryptionScope;
            this.requests = other.requests;
        }

        /**
         * @param value account, container and prefix
         * @return this builder
         */
        public Builder location(AzureLocation value) {
            location = value;
            return this;
        }

        /**
         * @param value address of the account's blob service; {@code https://ACCOUNT.blob.core.windows.net} by default
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
         * @param value who asks; by default what Azure's tools find
         * @return this builder
         */
        public Builder credentials(AzureCredentials value) {
            credentials = value;
            return this;
        }

        /**
         * @param value access tiers, such as {@code Hot}, {@code Cool} or {@code Cold}; by default the account's own
         * @return this builder
         */
        public Builder accessTiers(StorageClasses value) {
            accessTiers = value;
            return this;
        }

        /**
         * @param value name of an encryption scope of the account for what is written; by default the container's
         * @return this builder
         */
        public Builder encryptionScope(String value) {
            encryptionScope = value;
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
         * @throws IllegalArgumentException if the endpoint is no address, or is unencrypted and that was not allowed, or
         *     a tier is one whose objects cannot be read
         */
        public AzureOptions build() {
            URI address = endpoint;
            if (address != null) {
                Endpoints.require(address, allowHttp, "https://account.blob.core.windows.net");
            }
            Stream.of(accessTiers.fallback(), accessTiers.metadata(), accessTiers.chunks())
                    .flatMap(Optional::stream)
                    .filter("Archive"::equalsIgnoreCase)
                    .findFirst()
                    .ifPresent(tier -> {
                        throw new IllegalArgumentException("Invalid access tier '" + tier
                                + "': objects in it cannot be read; use Hot, Cool or Cold");
                    });
            return new AzureOptions(new Builder(this));
        }
    }
}
