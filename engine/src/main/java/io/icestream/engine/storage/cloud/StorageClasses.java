package io.icestream.engine.storage.cloud;

import java.util.Optional;

/**
 * Storage classes, or access tiers, by the kind of object, by the names that the store has for them; what is empty is
 * left to the store.
 *
 * @param fallback for objects without a class of their own: the repository object, and the copies of its former versions
 * @param metadata for snapshots, manifests and transaction logs; empty means {@code fallback}
 * @param chunks for chunk objects; empty means {@code fallback}
 */
public record StorageClasses(Optional<String> fallback, Optional<String> metadata, Optional<String> chunks) {
    /** Whatever the store does by itself. */
    public static final StorageClasses DEFAULT =
            new StorageClasses(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Chooses the class of an object. A storage knows keys only; in an Icechunk repository the first segment of a key
     * names the kind of object.
     *
     * @param key key of the object
     * @return its class, or empty for the store's own
     */
    public Optional<String> of(String key) {
        return switch (key.substring(0, Math.max(0, key.indexOf('/')))) {
            case "chunks" -> chunks.or(() -> fallback);
            case "snapshots", "manifests", "transactions" -> metadata.or(() -> fallback);
            default -> fallback;
        };
    }
}
