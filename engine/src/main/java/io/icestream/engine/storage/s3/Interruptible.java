package io.icestream.engine.storage.s3;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Ends a request when the thread that makes it is interrupted. The JDK's client does not notice that while it waits for a socket; so,
 * as long as there are requests, a thread looks every {@value #PERIOD_MILLIS} ms and closes their connections. Thread-safe; a thread makes
 * one request at a time.
 */
final class Interruptible implements SdkHttpClient {
    private static final Logger LOG = LoggerFactory.getLogger(Interruptible.class);
    private static final long PERIOD_MILLIS = 50;
    private static final long IDLE_SECONDS = 10;

    private final SdkHttpClient client;
    private final Map<Thread, ExecutableHttpRequest> requests = new ConcurrentHashMap<>();
    private final AtomicBoolean willLook = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "icestream-s3-interrupts");
        thread.setDaemon(true);
        return thread;
    });

    Interruptible(SdkHttpClient client) {
        this.client = client;
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler(
                new ThreadPoolExecutor.DiscardPolicy()); // nothing to watch once it is closed
    }

    /** Begins to watch; {@link #done} has to follow when the reply has been read. */
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        requests.put(Thread.currentThread(), prepared);
        lookLater();
        return prepared;
    }

    /** Forgets the request of this thread, if there is one. */
    void done() {
        requests.remove(Thread.currentThread());
    }

    private void lookLater() {
        if (willLook.compareAndSet(false, true)) {
            Future<?> unused = executor.schedule(this::look, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        requests.forEach((thread, request) -> {
            if (thread.isInterrupted()) {
                abort(request);
            }
        });
        willLook.set(false);
        if (!requests.isEmpty()) {
            lookLater();
        }
    }

    private static void abort(ExecutableHttpRequest request) {
        try {
            request.abort();
        } catch (RuntimeException e) { // whatever the client throws, the other requests are looked at
            LOG.warn("Cannot end a request of an interrupted thread; it ends when it times out at the latest", e);
        }
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        executor.shutdown();
        client.close();
    }
}
