package io.icestream.ingest.cli;

import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.http.HttpOptions;
import io.icestream.engine.storage.http.HttpStorage;
import io.icestream.engine.storage.http.RedirectStorage;
import io.icestream.engine.storage.s3.S3Settings;
import io.icestream.engine.storage.s3.S3Storage;
import io.icestream.ingest.config.RepositorySettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Object stores by what users write: a path, a URL with scheme {@code file:}, {@code s3://bucket/prefix} with options
 * in its query, in the environment or in a configuration, or, read only, {@code https://host/path} and {@code
 * redirect+https://host/path}, which leads to where the store is.
 */
public final class Stores {
    /** Before the name of a setting in the environment: that of {@code region} is the prefix and {@code REGION}. */
    private static final String VARIABLE = "ICESTREAM_REPOSITORY_STORAGE_";

    private static final String REDIRECT = "redirect+";
    private static final Pattern WEB = Pattern.compile("(?is)(redirect\\+)?https?:.*");

    private Stores() {}

    /**
     * Opens the store of a repository; whether there is a repository in it is another question. Settings of an S3 store
     * that are not in the query are taken from variables such as {@code ICESTREAM_REPOSITORY_STORAGE_REGION}, and from
     * those of the AWS tools.
     *
     * @param location a path or URL
     * @return the store, to be closed by the caller
     * @throws CliException if the location cannot be understood
     */
    public static Storage open(String location) {
        if (isWeb(location)) {
            return web(location);
        }
        return isLocal(location) ? local(location) : s3(location, variables(System.getenv()));
    }

    /**
     * Opens the store of an ingest.
     *
     * @param settings the location and how to reach it
     * @return the store, to be closed by the caller
     * @throws CliException if the settings cannot be understood
     */
    public static Storage open(RepositorySettings settings) {
        if (isWeb(settings.location())) {
            return web(settings.location());
        }
        return isLocal(settings.location()) ? local(settings.location()) : s3(settings.location(), settings.storage());
    }

    /**
     * Tells whether a location is a folder of this machine.
     *
     * @param location a path or URL
     * @return false if it is in an object store
     */
    public static boolean isLocal(String location) {
        return !S3Settings.isS3(location) && !isWeb(location);
    }

    private static boolean isWeb(String location) {
        return WEB.matcher(location).matches();
    }

    private static Storage web(String location) {
        try {
            return location.regionMatches(true, 0, REDIRECT, 0, REDIRECT.length())
                    ? RedirectStorage.open(location.substring(REDIRECT.length()), HttpOptions.defaults(), Map.of())
                    : HttpStorage.open(location, HttpOptions.defaults());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "Cannot open '" + location + "': " + e.getMessage(), e);
        }
    }

    private static Storage local(String location) {
        return LocalStorage.open(path(location), Durability.DISK);
    }

    private static Storage s3(String location, Map<String, String> settings) {
        requireKnown(location, S3Settings.query(location));
        requireKnown(location, settings);
        try {
            return S3Storage.open(
                    S3Settings.parse(location, settings, System.getenv()).build());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "Cannot open '" + location + "': " + e.getMessage(), e);
        }
    }

    private static void requireKnown(String location, Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!S3Settings.NAMES.contains(name)) {
                throw new CliException(
                        ExitCode.USAGE,
                        "Cannot open '" + location + "': unknown option '" + name + "'"
                                + NearestName.find(name, S3Settings.NAMES)
                                        .map(nearest -> "; did you mean '" + nearest + "'?")
                                        .orElse("; known: " + String.join(", ", S3Settings.NAMES)));
            }
        }
    }

    private static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> settings = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(VARIABLE)) {
                settings.put(
                        name.substring(VARIABLE.length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-'),
                        value);
            }
        });
        return settings;
    }

    /**
     * Finds the folder that a location names.
     *
     * @param location a path, or a URL with scheme {@code file:}
     * @return the folder, which need not exist
     * @throws CliException if the URL's scheme is another one
     */
    public static Path path(String location) {
        if (!location.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
            return Path.of(location);
        }
        try {
            return Path.of(URI.create(location.replaceFirst("^file:/*", "file:///")));
        } catch (IllegalArgumentException | java.nio.file.FileSystemNotFoundException invalid) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Cannot open '" + location
                            + "': a path, a file: URL with an absolute path, s3://BUCKET/PREFIX or https://HOST/PATH"
                            + " is needed");
        }
    }
}
