package io.icestream.engine.asset;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values that never change, bounded by the memory they take. Thread-safe.
 *
 * <p>Of several threads that miss the same value at once, one loads it while the others wait for that one. No lock is
 * held meanwhile: what is in the map then is a promise.
 * A load that fails leaves nothing behind, and each of those who waited tries for itself, so that everybody gets an
 * error of his own.
 */
final class AssetCache {
    private static final int ENTRY_BYTES = 200;

    private final AsyncCache<Object, Entry> entries;

    /**
     * @param maximumBytes how much to keep; nothing is kept of zero
     */
    AssetCache(long maximumBytes) {
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
                return load(mine, sizeBytes, loader);
            }
            Entry loaded = other.join();
            if (loaded != null) {
                return type.cast(loaded.value);
            }
        }
    }

    /** Takes a value that has just been written. */
    <V> void add(Object key, V value, long sizeBytes) {
        entries.put(key, CompletableFuture.completedFuture(new Entry(value, weight(sizeBytes))));
    }

    private <V> V load(CompletableFuture<@Nullable Entry> promise, ToLongFunction<V> sizeBytes, Supplier<V> loader) {
        @Nullable Entry entry = null;
        try {
            V value = loader.get();
            entry = new Entry(value, weight(sizeBytes.applyAsLong(value)));
            return value;
        } finally {
            // Null makes the cache drop the promise, without the warning that it logs for an exception.
            promise.complete(entry);
        }
    }

    private static int weight(long sizeBytes) {
        return (int) Math.min(Integer.MAX_VALUE, sizeBytes + ENTRY_BYTES);
    }

    private record Entry(Object value, int weight) {}
}
