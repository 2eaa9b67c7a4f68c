package io.icestream.engine.asset;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does many blocking calls at a time, on an executor that belongs to somebody else. Thread-safe.
 *
 * <p>The calling thread takes part in the work and never waits for a task that has not begun. So a call from within
 * another one on the same executor, or on an executor that is busy or
 * shut down, is slower but does not hang.
 */
public final class Parallel {
    private static final Logger LOG = LoggerFactory.getLogger(Parallel.class);

    private final Executor executor;
    private final int parallelism;

    /**
     * @param executor where to run what the calling thread does not do itself
     * @param parallelism how many calls of one {@link #map} run at a time, with the calling thread's; at least 1
     */
    public Parallel(Executor executor, int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("Invalid parallelism " + parallelism + ": it must be at least 1");
        }
        this.executor = executor;
        this.parallelism = parallelism;
    }

    /**
     * Does one call per item. After the first failure no further call begins; those under way are waited for. An
     * interrupt does not end the waiting; it is kept for the caller.
     *
     * @param items what to call for
     * @param call the call; runs on several threads
     * @return the results in the order of the items
     * @throws RuntimeException or {@link Error}: the first failure, with later ones as suppressed
     */
    public <T, R> List<R> map(List<T> items, Function<? super T, ? extends R> call) {
        Batch<T, R> batch = new Batch<>(List.copyOf(items), call);
        startHelpers(Math.min(parallelism, items.size()) - 1, batch);
        batch.work();
        return batch.results();
    }

    private void startHelpers(int count, Batch<?, ?> batch) {
        try {
            for (int i = 0; i < count; i++) {
                executor.execute(batch::work);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("The executor takes no more tasks; the calling thread does the rest", e);
        }
    }

    /**
     * Has something done that nobody waits for, when a thread is free; not at all if the executor takes no more.
     *
     * @param task must not throw
     */
    public void offer(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The executor takes no more tasks; this one is left undone", e);
        }
    }

    private static final class Batch<T, R> {
        private final List<T> items;
        private final Function<? super T, ? extends R> call;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReferenceArray<@Nullable R> results;
        private final CountDownLatch unfinished;
        private @Nullable Throwable failure;

        Batch(List<T> items, Function<? super T, ? extends R> call) {
            this.items = items;
            this.call = call;
            this.results = new AtomicReferenceArray<>(items.size());
            this.unfinished = new CountDownLatch(items.size());
        }

        /** Takes items until there are none. */
        void work() {
            for (int item = next.getAndIncrement(); item < items.size(); item = next.getAndIncrement()) {
                try {
                    if (failure() == null) {
                        results.set(item, call.apply(items.get(item)));
                    }
                } catch (Throwable e) { // the caller's thread throws it
                    fail(e);
                } finally {
                    unfinished.countDown();
                }
            }
        }

        List<R> results() {
            awaitUnfinished();
            rethrow(failure());
            List<R> list = new ArrayList<>(items.size());
            for (int item = 0; item < items.size(); item++) {
                R result = results.get(item);
                if (result == null) {
                    throw new IllegalStateException("The call for item " + item + " gave null");
                }
                list.add(result);
            }
            return list;
        }

        private synchronized @Nullable Throwable failure() {
            return failure;
        }

        @SuppressWarnings("ReferenceEquality") // an exception must not suppress itself; equals says nothing about that
        private synchronized void fail(Throwable e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
        }

        private void awaitUnfinished() {
            boolean interrupted = false;
            while (true) {
                try {
                    unfinished.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private static void rethrow(@Nullable Throwable failure) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            if (failure != null) {
                throw new IllegalStateException("A call threw a checked exception it does not declare", failure);
            }
        }
    }
}
