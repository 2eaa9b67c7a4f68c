package io.icestream.ingest.cli;

import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.s3.S3Settings;
import io.icestream.engine.virtual.HttpAccess;
import io.icestream.engine.virtual.LocalFileAccess;
import io.icestream.engine.virtual.S3Access;
import io.icestream.engine.virtual.VirtualAccess;
import io.icestream.engine.virtual.VirtualAccessProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;

/** The URL prefixes from which the user lets virtual chunks be read. */
final class VirtualPrefixes {
    private VirtualPrefixes() {}

    /**
     * Reads what the user wrote.
     *
     * @param prefixes URL prefixes; those of buckets with {@code anonymous} and {@code endpoint} in their query
     * @return the usual options with access to these
     * @throws CliException if one cannot be understood
     */
    static RepositoryOptions options(List<String> prefixes) {
        RepositoryOptions options = RepositoryOptions.defaults();
        for (String prefix : prefixes) {
            options = options.withVirtualAccess(prefix.replaceFirst("\\?.*", ""), access(prefix));
        }
        return options;
    }

    private static VirtualAccess access(String prefix) {
        return switch (scheme(prefix)) {
            case "file" -> new LocalFileAccess();
            case "http", "https" -> HttpAccess.plain();
            case "s3", "tigris" -> bucket(prefix);
            default -> provided(prefix);
        };
    }

    /** What the modules of other stores bring along. */
    private static VirtualAccess provided(String prefix) {
        String scheme = scheme(prefix);
        List<String> forms = new ArrayList<>(List.of("file:///FOLDER/", "https://HOST/PATH/", "s3://BUCKET/"));
        for (VirtualAccessProvider provider : ServiceLoader.load(VirtualAccessProvider.class)) {
            if (provider.schemes().contains(scheme)) {
                return provided(provider, prefix);
            }
            forms.add(provider.form());
        }
        throw new CliException(
                ExitCode.USAGE,
                "Cannot authorise '" + prefix + "': a URL such as " + String.join(", ", forms) + " is needed");
    }

    private static VirtualAccess provided(VirtualAccessProvider provider, String prefix) {
        try {
            return provider.access(prefix, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Cannot authorise '" + prefix.replaceFirst("\\?.*", "") + "': " + e.getMessage(),
                    e);
        }
    }

    private static String scheme(String prefix) {
        return prefix.replaceFirst("(?s)://.*", "").toLowerCase(Locale.ROOT);
    }

    private static VirtualAccess bucket(String prefix) {
        Map<String, String> query = S3Settings.query(prefix);
        S3Access access = query.containsKey("anonymous") ? S3Access.anonymous() : S3Access.environment();
        String endpoint = query.get("endpoint");
        try {
            return endpoint == null ? access : access.at(URI.create(endpoint));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "Cannot authorise '" + prefix + "': the endpoint is no address", e);
        }
    }
}
