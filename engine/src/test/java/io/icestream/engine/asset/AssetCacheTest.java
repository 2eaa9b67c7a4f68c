package io.icestream.engine.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Loads once, keeps within a bound, remembers no failures. */
class AssetCacheTest {
    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void loadsAValueOnce() {
        AssetCache cache = new AssetCache(10_000);

        assertThat(load(cache, "a", 100)).isEqualTo("a");
        assertThat(load(cache, "a", 100)).isEqualTo("a");
        assertThat(loads).hasValue(1);
    }

    @Test
    void givesWhatWasAddedWithoutLoading() {
        AssetCache cache = new AssetCache(10_000);
        cache.add("a", "added", 100);

        assertThat(load(cache, "a", 100)).isEqualTo("added");
        assertThat(loads).hasValue(0);
    }

    @Test
    void keepsNoMoreThanItsBound() {
        AssetCache cache = new AssetCache(10_000);
        IntStream.range(0, 100).forEach(i -> load(cache, "key" + i, 1_000));
        loads.set(0);

        IntStream.range(0, 100).forEach(i -> load(cache, "key" + i, 1_000));

        assertThat(loads.get()).isGreaterThanOrEqualTo(90);
    }

    @Test
    void keepsNothingWhenTheBoundIsZero() {
        AssetCache cache = new AssetCache(0);
        load(cache, "a", 0);
        load(cache, "a", 0);

        assertThat(loads).hasValue(2);
    }

    @Test
    void forgetsFailures() {
        AssetCache cache = new AssetCache(10_000);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> cache.find("a", String.class, value -> 1, () -> {
                    throw new IllegalStateException("unreachable");
                }));

        assertThat(load(cache, "a", 1)).isEqualTo("a");
    }

    @Test
    void oneThreadLoadsForAllWhoWait() throws Exception {
        AssetCache cache = new AssetCache(10_000);
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            Future<String> first = executor.submit(() -> cache.find("a", String.class, value -> 1, () -> {
                loads.incrementAndGet();
                loading.countDown();
                await(release);
                return "slow";
            }));
            loading.await();
            List<Future<String>> others = IntStream.range(0, 3)
                    .mapToObj(i -> executor.submit(() -> load(cache, "a", 1)))
                    .toList();
            release.countDown();

            assertThat(first.get()).isEqualTo("slow");
            for (Future<String> other : others) {
                assertThat(other.get()).isEqualTo("slow");
            }
            assertThat(loads).hasValue(1);
        } finally {
            executor.shutdownNow();
        }
    }

    private String load(AssetCache cache, String key, long sizeBytes) {
        return cache.find(key, String.class, value -> sizeBytes, () -> {
            loads.incrementAndGet();
            return key;
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
