package io.icestream.engine.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Opens the storages of one kind of location, by what users write: a URL, and settings by name. Programs that take
 * locations as text find the providers that are installed; a module adds one by naming it in {@code
 * META-INF/services/io.icestream.engine.storage.StorageProvider}. Thread-safe.
 */
public interface StorageProvider {
    /**
     * Names the kind of location.
     *
     * @return the schemes of its URLs in lower case, for example {@code s3}
     */
    List<String> schemes();

    /**
     * Shows how a location of this kind is written, for messages.
     *
     * @return for example {@code s3://BUCKET/PREFIX}
     */
    String form();

    /**
     * Names what {@link #open} takes besides the location.
     *
     * @return the names of all settings; if there are none, a query is part of the address
     */
    List<String> settings();

    /**
     * Opens a storage. Cost: no request; whether bucket and rights are there shows with the first call.
     *
     * @param location a URL with one of these schemes; its query holds settings, if there are any, and goes before those given apart
     * @param settings by the names in {@link #settings()}; may hold secrets, which a query may not
     * @param environment environment variables
     * @return the storage, to be closed by the caller
     * @throws IllegalArgumentException if something is unknown or makes no sense; says what, never a secret
     * @throws StorageException if the storage cannot be opened
     */
    Storage open(String location, Map<String, String> settings, Map<String, String> environment);

    /**
     * Lists the providers on the class path. Cost: reads their names each time.
     *
     * @return the providers, in no particular order
     */
    static List<StorageProvider> installed() {
        return ServiceLoader.load(StorageProvider.class, StorageProvider.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /**
     * Finds the provider for a location.
     *
     * @param location a path or URL
     * @return the provider, or empty if none that is installed has its scheme
     */
    static Optional<StorageProvider> find(String location) {
        return installed().stream()
                .filter(provider ->
                        provider.schemes().stream().anyMatch(scheme -> LocationSettings.hasScheme(location, scheme)))
                .findFirst();
    }
}
