package io.icestream.engine.virtual;

import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.storage.cloud.KeyPrefix;
import io.icestream.engine.storage.cloud.RequestOptions;
import io.icestream.engine.storage.cloud.Timeouts;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Location;
import io.icestream.engine.storage.s3.S3Options;
import io.icestream.engine.storage.s3.S3Storage;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Lets virtual chunks be read from buckets, below {@code s3:} and {@code tigris:} prefixes.
 *
 * <p>A container may name a server of its own. Since the container is the repository's and not the opener's, such a server is
 * asked only if the opener names it too ({@link #at}): neither requests nor session tokens go to a server that nobody meant.
 *
 * @param credentials who asks
 * @param endpoint the server; empty is Amazon S3, or the one of Tigris
 */
public record S3Access(S3Credentials credentials, Optional<URI> endpoint) implements VirtualAccess {
    /**
     * Access with what the AWS tools find, and without signature where the container says so.
     *
     * @return the access
     */
    public static S3Access environment() {
        return new S3Access(new S3Credentials.Environment(), Optional.empty());
    }

    /**
     * Access without signature.
     *
     * @return the access
     */
    public static S3Access anonymous() {
        return new S3Access(new S3Credentials.Anonymous(), Optional.empty());
    }

    /**
     * Access as somebody.
     *
     * @param credentials who asks
     * @return the access
     */
    public static S3Access as(S3Credentials credentials) {
        return new S3Access(credentials, Optional.empty());
    }

    /**
     * The same on another server.
     *
     * @param server its address; containers that name another one are refused
     * @return the changed access
     */
    public S3Access at(URI server) {
        return new S3Access(credentials, Optional.of(server));
    }

    @Override
    public VirtualStore open(VirtualChunkContainer container, AuthorisedPrefixes authorised) {
        if (!(container.store() instanceof ContainerStore.S3 settings)) {
            throw new IllegalArgumentException("it is for buckets, the container's store is of kind '"
                    + container.store().kind() + "'");
        }
        settings.endpointUrl().ifPresent(this::requireAuthorised);
        String bucket = VirtualLocation.ofPrefix(container).authority();
        return new CloudVirtualStore(S3Storage.open(options(settings, new S3Location(bucket, KeyPrefix.NONE))));
    }

    private void requireAuthorised(String url) {
        URI named = URI.create(url);
        if (!endpoint.map(S3Access::withoutSlash).equals(Optional.of(withoutSlash(named)))) {
            throw new IllegalArgumentException("the container names the server " + named + ", which "
                    + endpoint.map(uri -> "is not " + uri).orElse("nobody authorised")
                    + "; say S3Access.at(URI) with it, if it is to be asked");
        }
    }

    private static String withoutSlash(URI uri) {
        return uri.toString().replaceAll("/+$", "");
    }

    private S3Options options(ContainerStore.S3 settings, S3Location bucket) {
        S3Options.Builder builder = settings.dialect() == ContainerStore.S3.Dialect.TIGRIS
                ? S3Options.tigris(bucket)
                : S3Options.at(bucket);
        endpoint.ifPresent(builder::endpoint);
        settings.region().ifPresent(builder::region);
        if (settings.forcePathStyle()) {
            builder.pathStyle();
        }
        if (settings.allowHttp()) {
            builder.allowHttp();
        }
        if (settings.requesterPays()) {
            builder.requesterPays();
        }
        settings.networkStreamTimeoutSeconds()
                .filter(seconds -> seconds > 0)
                .map(Duration::ofSeconds)
                .map(Timeouts.DEFAULT::withRead)
                .ifPresent(timeouts -> builder.requests(
                        RequestOptions.builder().timeouts(timeouts).build()));
        boolean unsigned = settings.anonymous() && credentials instanceof S3Credentials.Environment;
        return builder.credentials(unsigned ? new S3Credentials.Anonymous() : credentials)
                .build();
    }
}
