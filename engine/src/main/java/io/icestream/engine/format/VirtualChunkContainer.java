package io.icestream.engine.format;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A place outside the repository that virtual chunks may lie in: all objects whose URL starts with a prefix.
 *
 * @param name by which relative locations ({@code vcc://name/path}) refer to it; not empty, without slash
 * @param urlPrefix a URL that ends in a slash, for example {@code s3://bucket/model-runs/}; its scheme is in lower case
 * @param store how the objects are reached
 */
public record VirtualChunkContainer(Optional<String> name, String urlPrefix, ContainerStore store) {
    private static final Set<String> S3_SCHEMES = Set.of("s3");
    private static final Set<String> TIGRIS_SCHEMES = Set.of("s3", "tigris");
    private static final Set<String> GCS_SCHEMES = Set.of("gs", "gcs");
    private static final Set<String> AZURE_SCHEMES = Set.of("az", "azure", "abfs");
    private static final Set<String> HTTP_SCHEMES = Set.of("http", "https");
    private static final Set<String> FILE_SCHEMES = Set.of("file");

    /** Checks name and prefix. */
    public VirtualChunkContainer {
        name.ifPresent(VirtualChunkContainer::requireName);
        int authority = urlPrefix.indexOf("://") + 3;
        if (authority < 4 || !urlPrefix.endsWith("/")) {
            throw invalid(urlPrefix, "a URL that ends in '/' is needed");
        }
        String scheme = urlPrefix.substring(0, authority - 3);
        Set<String> schemes = schemes(store);
        if (!schemes.isEmpty() && !schemes.contains(scheme)) {
            throw invalid(
                    urlPrefix, "the scheme of a store of kind '" + store.kind() + "' is one of " + sorted(schemes));
        }
        if (scheme.equals("file") ? authority + 1 >= urlPrefix.length() : urlPrefix.charAt(authority) == '/') {
            throw invalid(urlPrefix, scheme.equals("file") ? "it has no path" : "it has no host or bucket");
        }
        if (Arrays.stream(urlPrefix.substring(authority).split("/", -1))
                .map(segment -> segment.replaceAll("(?i)%2e", "."))
                .anyMatch(segment -> segment.equals(".") || segment.equals(".."))) {
            throw invalid(urlPrefix, "'.' and '..' are no segments; write the URL in full");
        }
    }

    /** One without a name. */
    public static VirtualChunkContainer of(String urlPrefix, ContainerStore store) {
        return new VirtualChunkContainer(Optional.empty(), urlPrefix, store);
    }

    /** One that relative locations can refer to. */
    public static VirtualChunkContainer named(String name, String urlPrefix, ContainerStore store) {
        return new VirtualChunkContainer(Optional.of(name), urlPrefix, store);
    }

    private static void requireName(String name) {
        if (name.isEmpty() || name.contains("/")) {
            throw new IllegalArgumentException(
                    "Invalid name '" + name + "' of a virtual chunk container: it is empty or holds a '/'");
        }
    }

    /** Empty if any will do. */
    private static Set<String> schemes(ContainerStore store) {
        if (store instanceof ContainerStore.S3 s3) {
            return s3.dialect() == ContainerStore.S3.Dialect.TIGRIS ? TIGRIS_SCHEMES : S3_SCHEMES;
        } else if (store instanceof ContainerStore.Gcs) {
            return GCS_SCHEMES;
        } else if (store instanceof ContainerStore.Azure) {
            return AZURE_SCHEMES;
        } else if (store instanceof ContainerStore.Http) {
            return HTTP_SCHEMES;
        } else if (store instanceof ContainerStore.LocalFiles) {
            return FILE_SCHEMES;
        }
        return Set.of();
    }

    private static String sorted(Set<String> schemes) {
        return String.join(", ", schemes.stream().sorted().toList());
    }

    private static IllegalArgumentException invalid(String urlPrefix, String why) {
        return new IllegalArgumentException(
                "Invalid URL prefix '" + urlPrefix + "' of a virtual chunk container: " + why);
    }

    /** Prefix and name, for messages. */
    @Override
    public String toString() {
        return urlPrefix + name.map(text -> " ('" + text + "')").orElse("");
    }
}
