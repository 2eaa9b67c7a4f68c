package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Moves the parts of objects several at a time: as many as there are threads, for all objects together. Thread-safe.
 */
public final class Parts implements AutoCloseable {
    private final ExecutorService executor;
    private final String where;

    /**
     * @param parallelism how many at a time
     * @param where whose parts, for messages
     */
    public Parts(int parallelism, String where) {
        this.executor = DaemonPool.of("icestream-parts", parallelism);
        this.where = where;
    }

    /**
     * Does one call per item. After the first failure, or an interrupt, calls that have not begun are given up and those
     * under way are interrupted and not waited for.
     *
     * @param <T> what a call is about
     * @param <R> what it gives
     * @param items what the calls are about
     * @param call one of them
     * @return the results in the order of the items
     * @throws RuntimeException the first failure
     */
    public <T, R> List<R> map(List<T> items, Function<T, R> call) {
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
