package io.icestream.ingest.config;

import java.util.Map;

/**
 * Where the arrays live.
 *
 * @param location a path, or a URL with scheme {@code file:} or that of a store
 * @param branch the branch that is committed to
 * @param createIfMissing whether an absent repository is created at start
 * @param storage how the store is reached, by the names that the
 *     {@link io.icestream.engine.storage.StorageProvider} of the location has; may hold secrets
 */
public record RepositorySettings(String location, String branch, boolean createIfMissing, Map<String, String> storage) {
    /** Keeps a copy. */
    public RepositorySettings {
        storage = Map.copyOf(storage);
    }

    /**
     * A repository whose store needs no settings.
     *
     * @param location as above
     * @param branch as above
     * @param createIfMissing as above
     */
    public RepositorySettings(String location, String branch, boolean createIfMissing) {
        this(location, branch, createIfMissing, Map.of());
    }

    @Override
    public String toString() {
        return "RepositorySettings[" + location + ", branch " + branch + ", storage settings " + storage.keySet() + "]";
    }
}
