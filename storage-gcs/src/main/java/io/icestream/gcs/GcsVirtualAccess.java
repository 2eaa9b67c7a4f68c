package io.icestream.gcs;

import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.storage.cloud.KeyPrefix;
import io.icestream.engine.virtual.AuthorisedPrefixes;
import io.icestream.engine.virtual.CloudVirtualStore;
import io.icestream.engine.virtual.VirtualAccess;
import io.icestream.engine.virtual.VirtualLocation;
import io.icestream.engine.virtual.VirtualStore;
import java.util.Set;
import java.util.SortedMap;

/**
 * Lets virtual chunks be read from Google Cloud Storage, below {@code gs:} and {@code gcs:} prefixes. Give it to {@code
 * RepositoryOptions.withVirtualAccess}.
 *
 * <p>Of the settings of a container, which are the repository's and not the opener's, only that requests are not signed is
 * taken, and only where the opener has not said who asks; one that says anything else is refused.
 *
 * <p>An entity tag of a reference is a generation, or a tag that either interface of the store gives: that of the XML interface is
 * the MD5 of the content, except for composed and encrypted objects, whose tags from there are taken for stale.
 *
 * @param options who asks, which server, and how; bucket and prefix are the container's
 */
public record GcsVirtualAccess(GcsOptions options) implements VirtualAccess {
    private static final GcsLocation ANY = new GcsLocation("any-bucket", KeyPrefix.NONE);
    private static final Set<String> UNSIGNED = Set.of("skip_signature", "google_skip_signature");

    /**
     * Access with what Google's tools find, and without signature where the container says so.
     *
     * @return the access
     */
    public static GcsVirtualAccess environment() {
        return as(new GcsCredentials.ApplicationDefault());
    }

    /**
     * Access without signature.
     *
     * @return the access
     */
    public static GcsVirtualAccess anonymous() {
        return as(new GcsCredentials.Anonymous());
    }

    /**
     * Access as somebody.
     *
     * @param credentials who asks
     * @return the access
     */
    public static GcsVirtualAccess as(GcsCredentials credentials) {
        return new GcsVirtualAccess(GcsOptions.at(ANY).credentials(credentials).build());
    }

    @Override
    public VirtualStore open(VirtualChunkContainer container, AuthorisedPrefixes authorised) {
        if (!(container.store() instanceof ContainerStore.Gcs settings)) {
            throw new IllegalArgumentException("it is for Google Cloud Storage, the container's store is of kind '"
                    + container.store().kind() + "'");
        }
        GcsOptions.Builder builder = options.toBuilder()
                .location(new GcsLocation(VirtualLocation.ofPrefix(container).authority(), KeyPrefix.NONE));
        if (isUnsigned(settings.options()) && options.credentials() instanceof GcsCredentials.ApplicationDefault) {
            builder.credentials(new GcsCredentials.Anonymous());
        }
        return new CloudVirtualStore(GcsStorage.open(builder.build()));
    }

    private static boolean isUnsigned(SortedMap<String, String> settings) {
        for (String name : settings.keySet()) {
            if (!UNSIGNED.contains(name)) {
                throw new IllegalArgumentException(
                        "the container has the setting '" + name
                                + "', which is not the repository's to say; take it out of the container, and say it in GcsOptions");
            }
        }
        return settings.containsValue("true");
    }
}
