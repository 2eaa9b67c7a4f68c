package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats requests whose repetition does no harm, a bounded number of times within a bounded time, with pauses that
 * grow and are spread by chance. Thread-safe.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private static final int MAX_REFRESHES = 2;

    private final RequestOptions options;
    private final CloudErrors errors;
    private final Counters counters;
    private final CloudProtocol protocol;

    Attempts(RequestOptions options, CloudErrors errors, Counters counters, CloudProtocol protocol) {
        this.options = options;
        this.errors = errors;
        this.counters = counters;
        this.protocol = protocol;
    }

    /** One request. */
    @FunctionalInterface
    interface Request<T> {
        /**
         * @param limit how long the request may take
         */
        T send(Duration limit);
    }

    /** What to make of a failure that is not repeated. */
    @FunctionalInterface
    interface Otherwise<T> {
        /** Gives a result, or empty if the failure is an error. */
        Optional<T> resultOf(FailedCall failure);
    }

    <T> T run(String action, Request<T> request) {
        return run(action, request, failure -> Optional.empty());
    }

    /**
     * Makes a request, again if it fails for a reason that may pass.
     *
     * @param action what it does, for messages
     */
    <T> T run(String action, Request<T> request, Otherwise<T> otherwise) {
        Budget budget = new Budget(action);
        while (true) {
            try {
                return request.send(budget.nextLimit());
            } catch (FailedCall failure) {
                Optional<T> result = otherwise.resultOf(failure);
                if (result.isPresent()) {
                    return result.get();
                }
                if (!budget.pauseAfter(failure)) {
                    throw budget.failed(failure);
                }
            }
        }
    }

    Budget budget(String action) {
        return new Budget(action);
    }

    /** The tries and the time that one action has left. For one thread. */
    final class Budget {
        private final String action;
        private final long deadlineNanos =
                System.nanoTime() + options.timeouts().operation().toNanos();
        private int tries;
        private int refreshes;

        private Budget(String action) {
            this.action = action;
        }

        /** Begins a try, and says how long it may take. */
        Duration nextLimit() {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(null);
            }
            tries++;
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
            Optional<Duration> attempt = options.timeouts().attempt();
            return attempt.filter(limit -> limit.compareTo(left) < 0).orElse(left);
        }

        /** Waits before the next try; false if there is to be none. */
        boolean pauseAfter(FailedCall failure) {
            if (failure.kind() == FailedCall.Kind.INTERRUPTED) {
                Thread.currentThread().interrupt();
                return false;
            }
            if (!failure.kind().isRepeatable() || tries >= options.retries().maxTries()) {
                return false;
            }
            long ceiling = options.retries().ceiling(tries).toNanos();
            Duration pause = Duration.ofNanos(options.random().nextLong(ceiling + 1));
            if (System.nanoTime() + pause.toNanos() - deadlineNanos >= 0 || !hasCredentialsAfter(failure)) {
                return false;
            }
            LOG.debug("Will {} again in {}: {}", action, pause, failure.kind(), failure);
            counters.repetition();
            sleep(pause);
            return true;
        }

        /** Whether new credentials can be had, if that is what the failure asks for. */
        private boolean hasCredentialsAfter(FailedCall failure) {
            return failure.kind() != FailedCall.Kind.EXPIRED
                    || (++refreshes <= MAX_REFRESHES && protocol.refreshCredentials());
        }

        private void sleep(Duration pause) {
            try {
                options.sleeper().sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted(e);
            }
        }

        StorageException failed(FailedCall failure) {
            return errors.translate(action, failure, tries);
        }

        private StorageException interrupted(@Nullable Throwable cause) {
            return new StorageException(
                    "Cannot " + action + " in " + errors.where() + ": the thread was interrupted",
                    Retry.CAN_HELP,
                    cause);
        }
    }
}
