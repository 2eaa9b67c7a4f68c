package io.icestream.engine.storage;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects on the heap, for tests, simulations and scratch repositories. Thread-safe; gone when unreferenced.
 *
 * <p>Reads go to a concurrent map without a lock. Everything that writes is one short synchronized step, so conditional
 * writes are atomic.
 * Listings come in ascending order of keys and see objects that are written meanwhile.
 */
public final class InMemoryStorage implements Storage {
    private final String name;
    private final InstantSource clock;
    private final NavigableMap<String, StoredObject> objects = new ConcurrentSkipListMap<>();
    private long lastVersion;

    /**
     * @param name what to call this storage in messages
     * @param clock gives the objects their times
     */
    public InMemoryStorage(String name, InstantSource clock) {
        this.name = name;
        this.clock = clock;
    }

    @Override
    public String location() {
        return "memory:" + name;
    }

    @Override
    public Optional<StoredObject> find(String key) {
        return Optional.ofNullable(objects.get(ObjectKeys.requireValid(key)));
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        StoredObject object = objects.get(ObjectKeys.requireValid(key));
        if (object == null) {
            return new ConditionalRead.Absent();
        }
        return isIn(object, known) ? new ConditionalRead.Unchanged() : new ConditionalRead.Changed(object);
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        ByteRange range = new ByteRange(offset, length);
        StoredObject object = objects.get(ObjectKeys.requireValid(key));
        if (object == null) {
            throw range.objectNotFound(key, location());
        }
        range.requireWithin(object.sizeBytes(), key, location());
        return object.bytes().slice((int) offset, (int) length);
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        return find(key).map(object -> summary(key, object));
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        ObjectKeys.requireValidPrefix(prefix);
        return objects.tailMap(prefix, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> summary(entry.getKey(), entry.getValue()));
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        ObjectKeys.requireValid(key);
        store(key, copyOf(bytes));
    }

    @Override
    public synchronized PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        return objects.containsKey(ObjectKeys.requireValid(key)) ? new PutOutcome.Refused() : store(key, copyOf(bytes));
    }

    @Override
    public synchronized PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        return isIn(objects.get(ObjectKeys.requireValid(key)), expected)
                ? store(key, copyOf(bytes))
                : new PutOutcome.Refused();
    }

    @Override
    public synchronized PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        ObjectKeys.requireValid(to);
        StoredObject object = objects.get(ObjectKeys.requireValid(from));
        return object != null && isIn(object, expected) ? store(to, object.bytes()) : new PutOutcome.Refused();
    }

    @Override
    public synchronized void delete(Collection<String> keys) {
        keys.forEach(ObjectKeys::requireValid);
        keys.forEach(objects::remove);
    }

    @Override
    public void close() {
        // Nothing is held open, and what was stored stays readable for whoever looks at it after a test.
    }

    private synchronized PutOutcome store(String key, ByteBuffer owned) {
        ObjectVersion version = new ObjectVersion(Long.toString(++lastVersion));
        Instant now = clock.instant();
        objects.put(key, new StoredObject(owned, version, now));
        return new PutOutcome.Written(version);
    }

    private static boolean isIn(@Nullable StoredObject object, ObjectVersion version) {
        return object != null && object.version().equals(version);
    }

    private static ObjectSummary summary(String key, StoredObject object) {
        return new ObjectSummary(key, object.sizeBytes(), object.lastModified());
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
