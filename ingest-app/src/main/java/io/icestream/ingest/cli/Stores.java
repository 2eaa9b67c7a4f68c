package io.icestream.ingest.cli;

import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import java.net.URI;
import java.nio.file.Path;

/** Object stores by what users write: a path, or a URL with scheme {@code file:}. */
public final class Stores {

    private Stores() {}

    /**
     * Opens the store of a repository; whether there is a repository in it is another question.
     *
     * @param location a path or URL
     * @return the store, to be closed by the caller
     * @throws CliException if the URL's scheme is not known
     */
    public static Storage open(String location) {
        return LocalStorage.open(path(location), Durability.DISK);
    }

    /**
     * Finds the folder that a location names.
     *
     * @param location a path or URL
     * @return the folder, which need not exist
     * @throws CliException if the URL's scheme is not known
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
                    "Cannot open '" + location + "': a path or a file: URL with an absolute path is needed");
        }
    }
}
