package io.icestream.ingest.lifecycle;

import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a Kafka Streams client running. When one of its threads dies of something that a new try can mend, the client is closed and
 * another one started after a pause.
 *
 * <p>Replacing the thread alone would be less work, but a new thread is a new static member of the group: the dead one would keep its tasks
 * until its session ends. A new client takes the old one's place, and with the same transactional ids aborts at once what it left open.
 */
final class StreamsRunner {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration HEALTHY = Duration.ofSeconds(20);
    private static final int TRIES_WITHOUT_REASON = 5;

    private final Supplier<KafkaStreams> clients;
    private final IngestListener listener;
    private final InstantSource clock;
    private final CompletableFuture<String> halted = new CompletableFuture<>();
    private final ExecutorService supervisor =
            Executors.newSingleThreadExecutor(DaemonThreads.named("ingest-supervisor"));

    private @Nullable KafkaStreams current;
    private Instant startedAt = Instant.MIN;
    private int failures;
    private boolean closed;

    StreamsRunner(Supplier<KafkaStreams> clients, IngestListener listener, InstantSource clock) {
        this.clients = clients;
        this.listener = listener;
        this.clock = clock;
    }

    /** Completes with the reason when the client has stopped for good. */
    CompletableFuture<String> halted() {
        return halted;
    }

    /** Starts the first client. */
    synchronized void start() {
        if (closed) {
            return;
        }
        KafkaStreams client;
        try {
            client = clients.get();
        } catch (StreamsException e) {
            throw new HaltException("Cannot start: " + Failures.message(e)
                    + "; a state-directory can be used by one process at a time");
        }
        client.setUncaughtExceptionHandler(failure -> died(client, failure));
        current = client;
        startedAt = clock.instant();
        client.start();
    }

    /** Runs on the thread that died. */
    private synchronized StreamThreadExceptionResponse died(KafkaStreams client, Throwable failure) {
        LOG.warn("A stream thread died", failure);
        if (client != current || closed) {
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        current = null;
        failures = startedAt.plus(HEALTHY).isBefore(clock.instant()) ? 1 : failures + 1;
        Optional<String> reason = Failures.permanent(failure);
        if (reason.isEmpty() && !Failures.isTransient(failure) && failures > TRIES_WITHOUT_REASON) {
            reason = Optional.of("Failed " + failures + " times in a row: " + Failures.message(failure));
        }
        Optional<String> stop = reason;
        submit(() -> replace(client, failure, stop));
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // replace() reports what goes wrong itself
    private void submit(Runnable work) {
        try {
            supervisor.submit(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("Closed meanwhile", e);
        }
    }

    private void replace(KafkaStreams client, Throwable failure, Optional<String> stop) {
        client.close(CLOSE_TIMEOUT);
        if (stop.isPresent()) {
            halted.complete(stop.get());
            return;
        }
        String what = "a restart";
        listener.waiting(what + ": " + Failures.message(failure));
        try {
            Pauses.sleep(pause());
            start();
            listener.resumed(what);
        } catch (RuntimeException e) { // not even a start is possible, so the run ends and says why
            halted.complete(Failures.message(e));
        }
    }

    private synchronized Duration pause() {
        Duration pause = Duration.ofMillis(250L << Math.min(failures - 1, 6));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /**
     * Stops the client: it commits what it has read.
     *
     * @param patience how long to wait for that
     * @param membership whether the group is left, or the place kept for a quick return
     * @return whether it ended in that time
     */
    boolean close(Duration patience, CloseOptions.GroupMembershipOperation membership) {
        KafkaStreams client = retire();
        supervisor.shutdownNow();
        boolean ended = client == null
                || client.close(
                        CloseOptions.groupMembershipOperation(membership).withTimeout(patience));
        try {
            ended &= supervisor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }

    private synchronized @Nullable KafkaStreams retire() {
        KafkaStreams client = current;
        current = null;
        closed = true;
        return client;
    }
}
