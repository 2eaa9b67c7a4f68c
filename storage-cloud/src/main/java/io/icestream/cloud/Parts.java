package io.icestream.cloud;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Moves the parts of objects several at a time: as many as there are threads, for all objects together. The threads are
 * made when needed, are daemons, and go when idle. Thread-safe.
 */
final class Parts implements AutoCloseable {
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final long IDLE_SECONDS = 10;

    private final ExecutorService executor;
    private final String where;

    Parts(int parallelism, String where) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                parallelism, parallelism, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "icestream-parts-" + THREADS.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.executor = pool;
        this.where = where;
    }

    /**
     * Does one call per item. After the first failure, or an interrupt, calls that have not begun are given up and those
     * under way are interrupted and not waited for.
     *
     * @return the results in the order of the items
     * @throws RuntimeException the first failure
     */
    <T, R> List<R> map(List<T> items, Function<T, R> call) {
        ExecutorCompletionService<R> completion = new ExecutorCompletionService<>(executor);
        List<Future<R>> futures = new ArrayList<>();
        for (T item : items) {
            futures.add(completion.submit(() -> call.apply(item)));
        }
        try {
            for (int done = 0; done < items.size(); done++) {
                completion.take().get();
            }
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(
                    "Cannot move the parts of an object in " + where + ": the thread was interrupted",
                    Retry.CAN_HELP,
                    e);
        } finally {
            futures.forEach(future -> future.cancel(true));
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
