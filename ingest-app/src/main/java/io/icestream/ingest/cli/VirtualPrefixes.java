package io.icestream.ingest.cli;

import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.s3.S3Settings;
import io.icestream.engine.virtual.HttpAccess;
import io.icestream.engine.virtual.LocalFileAccess;
import io.icestream.engine.virtual.S3Access;
import io.icestream.engine.virtual.VirtualAccess;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        return switch (prefix.replaceFirst("(?s)://.*", "").toLowerCase(Locale.ROOT)) {
            case "file" -> new LocalFileAccess();
            case "http", "https" -> HttpAccess.plain();
            case "s3", "tigris" -> bucket(prefix);
            default ->
                throw new CliException(
                        ExitCode.USAGE,
                        "Cannot authorise '" + prefix
                                + "': a URL such as file:///FOLDER/, https://HOST/PATH/ or s3://BUCKET/ is needed");
        };
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
