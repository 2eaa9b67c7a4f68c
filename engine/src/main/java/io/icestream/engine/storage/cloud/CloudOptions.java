package io.icestream.engine.storage.cloud;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the options of all stores have in common: where, who asks, and how. Immutable; made by a {@link Builder}, whose
 * methods say the defaults.
 *
 * @param <L> how the store names places
 * @param <C> who may ask; no text form shows a secret
 */
public abstract class CloudOptions<L extends CloudLocation, C> {
    private final L location;
    private final @Nullable URI endpoint;
    private final boolean httpAllowed;
    private final C credentials;
    private final StorageClasses storageClasses;
    private final RequestOptions requests;

    /**
     * @param builder what was collected
     * @param example what the address of a server looks like, for the message
     * @throws IllegalArgumentException if the endpoint is no address, or is unencrypted and that was not allowed
     */
    protected CloudOptions(Builder<L, C, ?> builder, URI example) {
        this.location = builder.location;
        this.endpoint = builder.endpoint == null
                ? null
                : Endpoints.require(builder.endpoint, builder.httpAllowed, example.toString());
        this.httpAllowed = builder.httpAllowed;
        this.credentials = builder.credentials;
        this.storageClasses = builder.storageClasses;
        this.requests = builder.requests;
    }

    /**
     * @return the place
     */
    public final L location() {
        return location;
    }

    /**
     * @return address of the server, without a slash at its end; empty for the store's own
     */
    public final Optional<URI> endpoint() {
        return Optional.ofNullable(endpoint)
                .map(address -> URI.create(address.toString().replaceAll("/+$", "")));
    }

    /**
     * @return who asks
     */
    public final C credentials() {
        return credentials;
    }

    /**
     * @return storage classes, or access tiers
     */
    public final StorageClasses storageClasses() {
        return storageClasses;
    }

    /**
     * @return patience, repetitions, parts, proxy
     */
    public final RequestOptions requests() {
        return requests;
    }

    /**
     * Names the place in messages.
     *
     * @return for example {@code gs://bucket/prefix}, with the endpoint if one is set
     */
    public final String where() {
        return location + endpoint().map(address -> " at " + address).orElse("");
    }

    /**
     * Says why no repository should be created here: a whole bucket holds other things, too.
     *
     * @return the reason and the way out, or empty if there is none
     */
    final Optional<String> objectionToCreation() {
        return location.prefix().isEmpty()
                ? Optional.of("the location is a whole " + location.root() + "; add a prefix, for example " + location
                        + "/repository")
                : Optional.empty();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + where() + ", " + credentials + "]";
    }

    /**
     * Collects options. Not thread-safe.
     *
     * @param <L> how the store names places
     * @param <C> who may ask
     * @param <B> the store's own builder
     */
    public abstract static class Builder<L extends CloudLocation, C, B extends Builder<L, C, B>> {
        private L location;
        private @Nullable URI endpoint;
        private boolean httpAllowed;
        private C credentials;
        private StorageClasses storageClasses = StorageClasses.DEFAULT;
        private RequestOptions requests = RequestOptions.builder().build();

        /**
         * @param location the place
         * @param credentials who asks by default
         */
        protected Builder(L location, C credentials) {
            this.location = location;
            this.credentials = credentials;
        }

        /**
         * @param options to change some
         */
        protected Builder(CloudOptions<L, C> options) {
            this.location = options.location;
            this.endpoint = options.endpoint;
            this.httpAllowed = options.httpAllowed;
            this.credentials = options.credentials;
            this.storageClasses = options.storageClasses;
            this.requests = options.requests;
        }

        /**
         * @return this builder
         */
        protected abstract B self();

        /**
         * @param value the place
         * @return this builder
         */
        public final B location(L value) {
            location = value;
            return self();
        }

        /**
         * @param value address of the server; by default the store's own
         * @return this builder
         */
        public final B endpoint(URI value) {
            endpoint = value;
            return self();
        }

        /**
         * Lets an endpoint be unencrypted; off by default.
         *
         * @return this builder
         */
        public final B allowHttp() {
            httpAllowed = true;
            return self();
        }

        /**
         * @param value who asks; by default what the store's tools find
         * @return this builder
         */
        public final B credentials(C value) {
            credentials = value;
            return self();
        }

        /**
         * @param value storage classes, or access tiers, by the store's names; by default the store's own
         * @return this builder
         */
        public final B storageClasses(StorageClasses value) {
            storageClasses = value;
            return self();
        }

        /**
         * @param value patience, repetitions, parts, proxy
         * @return this builder
         */
        public final B requests(RequestOptions value) {
            requests = value;
            return self();
        }
    }
}
