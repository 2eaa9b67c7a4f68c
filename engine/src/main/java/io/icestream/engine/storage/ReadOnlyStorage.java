package io.icestream.engine.storage;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The refusals of a {@link Storage} that can only be read by key. Keys are checked first, as everywhere; then every write,
 * and every listing, ends in a {@link ReadOnlyStorageException} that names it, and nothing was sent.
 */
public abstract class ReadOnlyStorage implements Storage {
    private final String kind;

    /**
     * @param kind what it is, for messages: for example {@code an HTTP store}
     */
    protected ReadOnlyStorage(String kind) {
        this.kind = kind;
    }

    @Override
    public Optional<String> objectionToCreation() {
        return Optional.of(kind + " can only be read; create it in the object store or folder that is served");
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        ObjectKeys.requireValidPrefix(prefix);
        throw new ReadOnlyStorageException("Cannot list '" + prefix + "' in " + location() + ": " + kind
                + " has no listing; do this on the object store or folder that is served");
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        throw refused("write", key);
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        throw refused("create", key);
    }

    @Override
    public PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        throw refused("replace", key);
    }

    @Override
    public PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        ObjectKeys.requireValid(to);
        throw refused("copy", from);
    }

    @Override
    public void delete(Collection<String> keys) {
        keys.forEach(ObjectKeys::requireValid);
        if (!keys.isEmpty()) {
            throw refused("delete", keys.iterator().next());
        }
    }

    private ReadOnlyStorageException refused(String what, String key) {
        ObjectKeys.requireValid(key);
        return new ReadOnlyStorageException("Cannot " + what + " '" + key + "' in " + location() + ": " + kind
                + " can only be read; open the object store or folder that is served to write");
    }
}
