package io.icestream.azure;

import io.icestream.engine.storage.cloud.CloudOptions;
import io.icestream.engine.storage.cloud.StorageClasses;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a storage in Azure Blob is and how it is reached. Immutable; made by a {@link Builder}, whose methods say the
 * defaults.
 */
public final class AzureOptions extends CloudOptions<AzureLocation, AzureCredentials> {
    /** What the address of an account looks like. */
    static final URI EXAMPLE = URI.create("https://account.blob.core.windows.net");

    private final @Nullable String encryptionScope;

    private AzureOptions(Builder builder) {
        super(builder, EXAMPLE);
        this.encryptionScope = builder.encryptionScope;
        requireReadable(storageClasses());
    }

    private static void requireReadable(StorageClasses tiers) {
        Stream.of(tiers.fallback(), tiers.metadata(), tiers.chunks())
                .flatMap(Optional::stream)
                .filter("Archive"::equalsIgnoreCase)
                .findFirst()
                .ifPresent(tier -> {
                    throw new IllegalArgumentException(
                            "Invalid access tier '" + tier + "': objects in it cannot be read; use Hot, Cool or Cold");
                });
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

    /** Without a slash at its end. */
    URI address() {
        return endpoint().orElseGet(() -> URI.create("https://" + location().account() + ".blob.core.windows.net"));
    }

    Optional<String> encryptionScope() {
        return Optional.ofNullable(encryptionScope);
    }

    /**
     * @return a builder with these options, to change some
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Collects options. Without an endpoint it is the account's blob service, {@code
     * https://ACCOUNT.blob.core.windows.net}; without credentials, what Azure's tools find. Storage classes are access
     * tiers: {@code Hot}, {@code Cool} or {@code Cold}, by default the account's own. Not thread-safe.
     */
    public static final class Builder extends CloudOptions.Builder<AzureLocation, AzureCredentials, Builder> {
        private @Nullable String encryptionScope;

        private Builder(AzureLocation location) {
            super(location, new AzureCredentials.Environment());
        }

        private Builder(AzureOptions options) {
            super(options);
            this.encryptionScope = options.encryptionScope;
        }

        @Override
        protected Builder self() {
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
         * @return the options
         * @throws IllegalArgumentException if the endpoint is no address, or is unencrypted and that was not allowed, or
         *     a tier is one whose objects cannot be read
         */
        public AzureOptions build() {
            return new AzureOptions(this);
        }
    }
}
