package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Several clients at a time, each with a storage of its own. */
final class Clients {
    private Clients() {}

    /** What a client does. */
    interface Task<T> {
        T run(Storage storage, int number);
    }

    static <T> List<T> inParallel(int count, Supplier<? extends Storage> open, Task<T> task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(count);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                int mine = number;
                calls.add(() -> {
                    try (Storage storage = open.get()) {
                        return task.run(storage, mine);
                    }
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
