package io.icestream.engine.storage.cloud;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that are made when needed, are daemons, and go when idle. */
final class DaemonPool {
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final long IDLE_SECONDS = 10;

    private DaemonPool() {}

    /**
     * @param name what the threads' names begin with
     * @param threads how many at most
     */
    static ExecutorService of(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + THREADS.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
