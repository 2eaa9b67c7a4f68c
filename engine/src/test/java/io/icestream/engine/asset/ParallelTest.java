package io.icestream.engine.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many blocking calls at a time, on a real executor. */
class ParallelTest {
    private final ExecutorService executor = Executors.newFixedThreadPool(3);

    @AfterEach
    void stopExecutor() {
        executor.shutdownNow();
    }

    @Test
    void givesResultsInTheOrderOfTheItems() {
        List<Integer> items = IntStream.range(0, 1_000).boxed().toList();

        assertThat(new Parallel(executor, 4).map(items, item -> item * 2))
                .isEqualTo(IntStream.range(0, 1_000).map(i -> i * 2).boxed().toList());
        assertThat(new Parallel(executor, 4).map(List.of(), item -> item)).isEmpty();
    }

    @Test
    void runsAsManyCallsAtATimeAsAllowed() {
        // Each call waits for three others: done only if four run at once.
        CountDownLatch four = new CountDownLatch(4);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        List<Integer> items = IntStream.range(0, 40).boxed().toList();
        List<Integer> results = new Parallel(executor, 4).map(items, item -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            four.countDown();
            await(four);
            running.decrementAndGet();
            return item;
        });

        assertThat(results).isEqualTo(items);
        assertThat(most).hasValue(4);
    }

    @Test
    void throwsTheFirstFailureAndBeginsNothingMore() {
        AtomicInteger begun = new AtomicInteger();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> new Parallel(executor, 1).map(List.of(1, 2, 3), item -> {
                    begun.incrementAndGet();
                    throw new IllegalStateException("item " + item);
                }))
                .withMessage("item 1");
        assertThat(begun).hasValue(1);
    }

    @Test
    void passesErrorsOn() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> new Parallel(executor, 3).map(List.of(1, 2, 3), item -> {
                    throw new AssertionError("item " + item);
                }));
    }

    @Test
    void doesNotHangWhenNestedOnOneExecutor() {
        Parallel parallel = new Parallel(executor, 4);
        List<Integer> items = IntStream.range(0, 20).boxed().toList();

        List<Integer> sums = parallel.map(
                items,
                outer -> parallel.map(items, inner -> outer * inner).stream()
                        .mapToInt(Integer::intValue)
                        .sum());

        assertThat(sums.get(3)).isEqualTo(3 * 190);
    }

    @Test
    void worksAloneWhenTheExecutorIsShutDown() {
        executor.shutdown();

        assertThat(new Parallel(executor, 4).map(List.of(1, 2, 3), item -> -item))
                .containsExactly(-1, -2, -3);
    }

    @Test
    void keepsAnInterruptForTheCaller() {
        Thread.currentThread().interrupt();

        assertThat(new Parallel(executor, 2).map(List.of(1, 2, 3), item -> item))
                .hasSize(3);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void refusesToRunNothingAtATime() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Parallel(executor, 0));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
