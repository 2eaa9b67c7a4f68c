package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Repeats requests whose repetition does no harm, a bounded number of times within a bounded time, with pauses that
 * grow and are spread by chance. Thread-safe.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private static final int MAX_REFRESHES = 2;

    private final S3Options options;
    private final S3Errors errors;
    private final Counters counters;
    private final Runnable refreshCredentials;

    Attempts(S3Options options, S3Errors errors, Counters counters, Runnable refreshCredentials) {
        this.options = options;
        this.errors = errors;
        this.counters = counters;
        this.refreshCredentials = refreshCredentials;
    }

    /** One request. */
    @FunctionalInterface
    interface Request<T> {
        /**
         * @param limit how long the request may take
         */
        T send(Optional<Duration> limit);
    }

    /** What to make of a failure that is not repeated. */
    @FunctionalInterface
    interface Otherwise<T> {
        /** Gives a result, or empty if the failure is an error. */
        Optional<T> resultOf(S3Failure failure);
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
            } catch (SdkException e) {
                S3Failure failure = S3Failure.of(e);
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
        Optional<Duration> nextLimit() {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(null);
            }
            tries++;
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
            Optional<Duration> attempt = options.timeouts().attempt();
            return Optional.of(
                    attempt.filter(limit -> limit.compareTo(left) < 0).orElse(left));
        }

        /** Waits before the next try; false if there is to be none. */
        boolean pauseAfter(S3Failure failure) {
            if (failure.kind() == S3Failure.Kind.INTERRUPTED) {
                Thread.currentThread().interrupt();
                return false;
            }
            if (!failure.kind().isRepeatable() || tries >= options.retries().maxTries() || !canRefresh(failure)) {
                return false;
            }
            long ceiling = options.retries().ceiling(tries).toNanos();
            Duration pause = Duration.ofNanos(options.random().nextLong(ceiling + 1));
            if (System.nanoTime() + pause.toNanos() - deadlineNanos >= 0) {
                return false;
            }
            if (failure.kind() == S3Failure.Kind.EXPIRED) {
                refreshCredentials.run();
            }
            LOG.debug("Will {} again in {}: {}", action, pause, failure.kind(), failure.cause());
            counters.repetition();
            sleep(pause);
            return true;
        }

        /** Whether new keys may be had, if that is what the failure asks for. */
        private boolean canRefresh(S3Failure failure) {
            if (failure.kind() != S3Failure.Kind.EXPIRED) {
                return true;
            }
            S3Credentials credentials = options.credentials();
            boolean fixed = credentials instanceof S3Credentials.Keys || credentials instanceof S3Credentials.Anonymous;
            return !fixed && ++refreshes <= MAX_REFRESHES;
        }

        private void sleep(Duration pause) {
            try {
                options.sleeper().sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted(e);
            }
        }

        StorageException failed(S3Failure failure) {
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
