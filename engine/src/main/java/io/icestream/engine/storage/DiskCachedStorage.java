package io.icestream.engine.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A storage whose objects that never change are kept on local disk once they have been read. Thread-safe; several
 * processes may share one folder.
 *
 * <p>Only {@link #find} and {@link #fetchRange} of such objects are answered from the disk, a range only if exactly that one
 * was read before; every answer is checked against its checksum, and what is damaged is read again. Everything else goes to
 * the storage behind. What is written or deleted through this storage leaves the cache. An object that somebody else
 * deletes, as a collection of garbage does, may still be read from here: that is what must not matter for objects that are
 * called immutable.
 *
 * <p>If the folder cannot be used or the disk is full, nothing is cached, and one warning says so.
 */
public final class DiskCachedStorage implements Storage {
    private final Storage storage;
    private final DiskCache cache;
    private final Predicate<String> immutable;

    private DiskCachedStorage(Storage storage, DiskCache cache, Predicate<String> immutable) {
        this.storage = storage;
        this.cache = cache;
        this.immutable = immutable;
    }

    /**
     * Puts a cache in front of a storage. Cost: the folder is looked through.
     *
     * @param storage where the objects are; closed with this one. Its location tells the entries of several storages apart
     * @param folder where copies are kept; created if need be, and not to be used for anything else
     * @param maximumBytes how much is kept there, at least 1; see the class for what may come on top
     * @param immutable tells by its key whether an object never changes, for example {@code AssetKeys::isImmutable}
     * @param clock tells the time, for example {@code InstantSource.system()}
     * @return the storage with the cache
     */
    public static DiskCachedStorage open(
            Storage storage, Path folder, long maximumBytes, Predicate<String> immutable, InstantSource clock) {
        return new DiskCachedStorage(storage, new DiskCache(folder, maximumBytes, clock), immutable);
    }

    @Override
    public String location() {
        return storage.location();
    }

    @Override
    public Object place() {
        return storage.place();
    }

    @Override
    public Optional<StoredObject> find(String key) {
        if (!immutable.test(ObjectKeys.requireValid(key))) {
            return storage.find(key);
        }
        DiskCache.Name name = new DiskCache.Name(object(key), "whole");
        Optional<CachedObject> cached = cache.find(name);
        if (cached.isPresent()) {
            return cached.map(
                    copy -> new StoredObject(copy.bytes(), new ObjectVersion(copy.version()), copy.lastModified()));
        }
        long generation = cache.generation(name.object());
        Optional<StoredObject> found = storage.find(key);
        found.ifPresent(object -> cache.store(
                name, new CachedObject(object.bytes(), object.version().token(), object.lastModified()), generation));
        return found;
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        return storage.findIfChanged(key, known);
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        if (!immutable.test(ObjectKeys.requireValid(key))) {
            return storage.fetchRange(key, offset, length);
        }
        ByteRange range = new ByteRange(offset, length);
        DiskCache.Name name = new DiskCache.Name(object(key), range.offset() + "-" + range.end());
        Optional<CachedObject> cached = cache.find(name);
        if (cached.isPresent()) {
            return cached.get().bytes();
        }
        long generation = cache.generation(name.object());
        ByteBuffer bytes = storage.fetchRange(key, offset, length);
        cache.store(name, new CachedObject(bytes, "", Instant.EPOCH), generation);
        return bytes;
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        return storage.stat(key);
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        return storage.list(prefix);
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        try {
            storage.put(key, bytes);
        } finally {
            forget(key);
        }
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        try {
            return storage.putIfAbsent(key, bytes);
        } finally {
            forget(key);
        }
    }

    @Override
    public PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        try {
            return storage.putIfMatches(key, bytes, expected);
        } finally {
            forget(key);
        }
    }

    @Override
    public PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        try {
            return storage.copyIfMatches(from, to, expected);
        } finally {
            forget(to);
        }
    }

    @Override
    public void delete(Collection<String> keys) {
        try {
            storage.delete(keys);
        } finally {
            keys.forEach(this::forget);
        }
    }

    @Override
    public List<ObjectSummary> listUnfinished() {
        return storage.listUnfinished();
    }

    @Override
    public void deleteUnfinished(ObjectSummary unfinished) {
        storage.deleteUnfinished(unfinished);
    }

    @Override
    public Optional<String> objectionToCreation() {
        return storage.objectionToCreation();
    }

    @Override
    public void close() {
        storage.close();
    }

    private void forget(String key) {
        if (ObjectKeys.isValid(key) && immutable.test(key)) {
            cache.forget(object(key));
        }
    }

    private String object(String key) {
        return storage.location() + "\n" + key;
    }
}
