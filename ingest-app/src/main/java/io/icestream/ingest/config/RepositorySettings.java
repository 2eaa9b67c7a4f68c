package io.icestream.ingest.config;

import java.util.List;
import java.util.Map;

/**
 * Where the arrays live.
 *
 * @param location a path, or a URL with scheme {@code file:} or {@code s3:}
 * @param branch the branch that is committed to
 * @param createIfMissing whether an absent repository is created at start
 * @param storage how the store is reached, by the names in {@link #STORAGE_SETTINGS}; may hold secrets
 */
public record RepositorySettings(String location, String branch, boolean createIfMissing, Map<String, String> storage) {
    /** What may be set of a store with scheme {@code s3:}. */
    public static final List<String> STORAGE_SETTINGS = List.of(
            "provider",
            "account",
            "endpoint",
            "region",
            "path-style",
            "allow-http",
            "profile",
            "anonymous",
            "access-key",
            "secret-key",
            "session-token",
            "role-arn",
            "web-identity-token-file",
            "requester-pays",
            "storage-class",
            "metadata-storage-class",
            "chunk-storage-class",
            "checksum",
            "encryption-key",
            "encryption-context",
            "connect-timeout",
            "read-timeout",
            "attempt-timeout",
            "operation-timeout",
            "max-tries",
            "parallelism",
            "proxy");

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
