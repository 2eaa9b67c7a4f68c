package io.icestream.engine.asset;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values that never change, bounded by the memory they take. Thread-safe. A value larger than the bound is kept too, until
 * the heap is needed for something else.
 *
 * <p>Of several threads that miss the same value at once, one loads it while the others wait for that one. No lock is
 * held meanwhile: what is in the map then is a promise.
 * A load that fails leaves nothing behind, and each of those who waited tries for itself, so that everybody gets an
 * error of his own.
 */
final class AssetCache {
    private static final int ENTRY_BYTES = 200;

    private final long maximumBytes;
    private final AsyncCache<Object, Entry> entries;

    /** Values that are larger than the cache; kept as long as the heap has room, since each is very dear to load. */
    private final Map<Object, SoftReference<Entry>> oversized = new ConcurrentHashMap<>();

    /**
     * @param maximumBytes how much to keep; nothing is kept of zero
     */
    AssetCache(long maximumBytes) {
        this.maximumBytes = maximumBytes;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maximumBytes)
                .weigher((Object key, Entry entry) -> entry.weight)
                .executor(Runnable::run)
                .buildAsync();
    }

    /**
     * Gives the value of a key, from the cache or else by loading it.
     *
     * @param type what the key stands for
     * @param sizeBytes tells the memory that a value takes
     */
    <V> V find(Object key, Class<V> type, ToLongFunction<V> sizeBytes, Supplier<V> loader) {
        while (true) {
            CompletableFuture<@Nullable Entry> mine = new CompletableFuture<>();
            CompletableFuture<Entry> other = entries.asMap().putIfAbsent(key, mine);
            if (other == null) {
                return load(key, type, mine, sizeBytes, loader);
            }
            Entry loaded = other.join();
            if (loaded != null) {
                return type.cast(loaded.value);
            }
        }
    }

    /** Gives a value that is there already, without waiting for one that is being loaded. */
    <V> Optional<V> findCached(Object key, Class<V> type) {
        CompletableFuture<Entry> present = entries.getIfPresent(key);
        Entry entry = present == null ? null : present.getNow(null);
        return entry == null ? Optional.empty() : Optional.of(type.cast(entry.value));
    }

    /** Takes a value that has just been written. */
    <V> void add(Object key, V value, long sizeBytes) {
        Entry entry = new Entry(value, weight(sizeBytes));
        keepOversized(key, entry);
        entries.put(key, CompletableFuture.completedFuture(entry));
    }

    private <V> V load(
            Object key,
            Class<V> type,
            CompletableFuture<@Nullable Entry> promise,
            ToLongFunction<V> sizeBytes,
            Supplier<V> loader) {
        @Nullable Entry entry = findOversized(key);
        try {
            if (entry == null) {
                V value = loader.get();
                entry = new Entry(value, weight(sizeBytes.applyAsLong(value)));
                keepOversized(key, entry);
            }
            return type.cast(entry.value);
        } finally {
            // Null makes the cache drop the promise, without the warning that it logs for an exception.
            promise.complete(entry);
        }
    }

    private void keepOversized(Object key, Entry entry) {
        if (maximumBytes > 0 && entry.weight > maximumBytes) {
            oversized.values().removeIf(kept -> kept.get() == null);
            oversized.put(key, new SoftReference<>(entry));
        }
    }

    private @Nullable Entry findOversized(Object key) {
        SoftReference<Entry> kept = oversized.get(key);
        return kept == null ? null : kept.get();
    }

    private static int weight(long sizeBytes) {
        return (int) Math.min(Integer.MAX_VALUE, sizeBytes + ENTRY_BYTES);
    }

    private record Entry(Object value, int weight) {}
}
