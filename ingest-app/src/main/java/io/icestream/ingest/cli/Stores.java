package io.icestream.ingest.cli;

import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.LocationSettings;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import io.icestream.ingest.config.RepositorySettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Object stores by what users write: a path, a URL with scheme {@code file:}, or a URL with the scheme of a {@link
 * StorageProvider} that is installed, such as {@code s3://bucket/prefix}, with options in its query, in the environment or
 * in a configuration.
 */
public final class Stores {
    /** Before the name of a setting in the environment: that of {@code region} is the prefix and {@code REGION}. */
    private static final String VARIABLE = "ICESTREAM_REPOSITORY_STORAGE_";

    private Stores() {}

    /**
     * Opens the store of a repository; whether there is a repository in it is another question. Settings that are not in
     * the query are taken from variables such as {@code ICESTREAM_REPOSITORY_STORAGE_REGION}, and from those of the store's
     * own tools.
     *
     * @param location a path or URL
     * @return the store, to be closed by the caller
     * @throws CliException if the location cannot be understood
     */
    public static Storage open(String location) {
        return StorageProvider.find(location)
                .map(provider -> open(provider, location, variables(System.getenv())))
                .orElseGet(() -> local(location));
    }

    /**
     * Opens the store of an ingest.
     *
     * @param settings the location and how to reach it
     * @return the store, to be closed by the caller
     * @throws CliException if the settings cannot be understood
     */
    public static Storage open(RepositorySettings settings) {
        return StorageProvider.find(settings.location())
                .map(provider -> open(provider, settings.location(), settings.storage()))
                .orElseGet(() -> local(settings.location()));
    }

    /**
     * Tells whether a location is a folder of this machine.
     *
     * @param location a path or URL
     * @return false if it is in an object store
     */
    public static boolean isLocal(String location) {
        return StorageProvider.find(location).isEmpty();
    }

    private static Storage local(String location) {
        return LocalStorage.open(path(location), Durability.DISK);
    }

    private static Storage open(StorageProvider provider, String location, Map<String, String> settings) {
        if (!provider.settings().isEmpty()) {
            requireKnown(provider, location, LocationSettings.query(location));
        }
        requireKnown(provider, location, settings);
        try {
            return provider.open(location, settings, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "Cannot open '" + location + "': " + e.getMessage(), e);
        }
    }

    private static void requireKnown(StorageProvider provider, String location, Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!provider.settings().contains(name)) {
                throw new CliException(
                        ExitCode.USAGE,
                        "Cannot open '" + location + "': unknown option '" + name + "'"
                                + NearestName.find(name, provider.settings())
                                        .map(nearest -> "; did you mean '" + nearest + "'?")
                                        .orElse("; known: " + String.join(", ", provider.settings())));
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
                    "Cannot open '" + location + "': a path, a file: URL with an absolute path, or one of " + forms()
                            + " is needed");
        }
    }

    private static String forms() {
        return StorageProvider.installed().stream()
                .map(StorageProvider::form)
                .sorted(Comparator.reverseOrder())
                .collect(Collectors.joining(", "));
    }
}
