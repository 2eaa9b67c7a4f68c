package io.icestream.engine.storage;

import io.icestream.engine.observe.Activity;
import io.icestream.engine.observe.Ending;
import io.icestream.engine.observe.Observer;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A storage of which an observer is told every call: what was done to which object, how it ended, how many bytes went to and
 * fro. Thread-safe as the storage is. {@link Activity} lists the names.
 */
public final class ObservedStorage implements Storage {
    private static final String BYTES_READ = "bytes-read";
    private static final String BYTES_WRITTEN = "bytes-written";

    private final Storage storage;
    private final Observer observer;
    private final UnaryOperator<String> kinds;

    private ObservedStorage(Storage storage, Observer observer, UnaryOperator<String> kinds) {
        this.storage = storage;
        this.observer = observer;
        this.kinds = kinds;
    }

    /**
     * Puts an observer in front of a storage.
     *
     * @param storage where the objects are; closed with this one
     * @param observer whom to tell; what it throws changes no call
     * @param kinds tells by its key, or the beginning of one, of what kind an object is, in one of few words; for example
     *     {@code AssetKeys::kind}
     * @return the storage with the observer
     */
    public static ObservedStorage of(Storage storage, Observer observer, UnaryOperator<String> kinds) {
        return new ObservedStorage(storage, Observer.guarded(observer), kinds);
    }

    private Activity activity(String call, String key) {
        return Activity.of("storage." + call, key).with("kind", kinds.apply(key));
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
        return observer.observe(activity("find", key), () -> storage.find(key), ObservedStorage::found);
    }

    private static Ending found(Optional<StoredObject> found) {
        return found.map(object -> read(object.sizeBytes())).orElseGet(() -> Ending.of("absent"));
    }

    private static Ending read(long bytes) {
        return Ending.done().with(BYTES_READ, bytes);
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        return observer.observe(
                activity("find-if-changed", key), () -> storage.findIfChanged(key, known), ObservedStorage::found);
    }

    private static Ending found(ConditionalRead found) {
        if (found instanceof ConditionalRead.Changed changed) {
            return read(changed.object().sizeBytes());
        }
        return Ending.of(found instanceof ConditionalRead.Unchanged ? "unchanged" : "absent");
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        return observer.observe(
                activity("fetch-range", key),
                () -> storage.fetchRange(key, offset, length),
                bytes -> read(bytes.remaining()));
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        return observer.observe(
                activity("stat", key),
                () -> storage.stat(key),
                found -> found.isPresent() ? Ending.done() : Ending.of("absent"));
    }

    /** The listing ends when its stream is closed. */
    @Override
    public Stream<ObjectSummary> list(String prefix) {
        Observer.Span span = observer.begin(activity("list", prefix));
        AtomicLong objects = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        try {
            return storage.list(prefix)
                    .peek(object -> objects.incrementAndGet())
                    .onClose(() -> {
                        if (!ended.getAndSet(true)) {
                            span.end(Ending.done().with("objects", objects.get()));
                        }
                    });
        } catch (RuntimeException | Error e) {
            span.end(Ending.failed(e));
            throw e;
        }
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        long size = bytes.remaining();
        observer.observe(
                activity("put", key),
                () -> {
                    storage.put(key, bytes);
                    return size;
                },
                written -> Ending.done().with(BYTES_WRITTEN, written));
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        return written(activity("put-if-absent", key), bytes.remaining(), () -> storage.putIfAbsent(key, bytes));
    }

    @Override
    public PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        return written(
                activity("put-if-matches", key), bytes.remaining(), () -> storage.putIfMatches(key, bytes, expected));
    }

    @Override
    public PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        return observer.observe(
                activity("copy-if-matches", to), () -> storage.copyIfMatches(from, to, expected), ObservedStorage::put);
    }

    private PutOutcome written(Activity activity, long size, Supplier<PutOutcome> write) {
        return observer.observe(activity, write, outcome -> put(outcome).with(BYTES_WRITTEN, size));
    }

    private static Ending put(PutOutcome outcome) {
        if (outcome instanceof PutOutcome.Written) {
            return Ending.done();
        }
        return Ending.of(outcome instanceof PutOutcome.Refused ? "refused" : "unknown");
    }

    @Override
    public void delete(Collection<String> keys) {
        String kind = keys.stream().findFirst().map(kinds).orElse("other");
        observer.observe(
                Activity.of("storage.delete", keys.size() + " objects").with("kind", kind),
                () -> {
                    storage.delete(keys);
                    return keys.size();
                },
                deleted -> Ending.done().with("objects", deleted));
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
}
