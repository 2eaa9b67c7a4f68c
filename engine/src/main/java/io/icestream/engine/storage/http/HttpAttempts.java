package io.icestream.engine.storage.http;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.http.HttpCalls.ForbiddenRedirectionException;
import io.icestream.engine.storage.http.HttpCalls.Reply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats requests that failed for a reason that may pass, a bounded number of times within a bounded time, with pauses
 * that grow and are spread by chance. Thread-safe.
 */
final class HttpAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(HttpAttempts.class);

    /** Replies that say something about the object, not about the server. */
    private static final Set<Integer> ANSWERS = Set.of(200, 206, 301, 302, 303, 304, 307, 308, 404, 410, 412, 416);

    private final HttpOptions options;

    HttpAttempts(HttpOptions options) {
        this.options = options;
    }

    /** One request. */
    @FunctionalInterface
    interface Request {
        /**
         * @param limit how long it may take
         */
        Reply send(Duration limit) throws IOException;
    }

    /**
     * Sends a request until there is an answer.
     *
     * @param action what it does and where, for messages, for example {@code read 'repo' in https://host/data}
     * @return a reply with one of the statuses that callers tell apart
     * @throws StorageException if there is none within the limits
     */
    Reply run(String action, Request request) {
        long deadline = System.nanoTime() + options.limits().operation().toNanos();
        for (int tries = 1; ; tries++) {
            Failure failure;
            try {
                Reply reply = request.send(left(deadline));
                if (ANSWERS.contains(reply.status())) {
                    return reply;
                }
                failure = Failure.of(reply);
            } catch (IOException e) {
                failure = Failure.of(e);
            }
            if (!failure.mayPass() || tries >= options.limits().maxTries() || !pause(tries, deadline)) {
                throw failure.toException(action, tries);
            }
            LOG.debug("Will {} again: {}", action, failure.reason());
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }

    /** False if the time is over. */
    private boolean pause(int tries, long deadline) {
        long nanos = options.random().nextLong(options.limits().ceiling(tries).toNanos() + 1);
        if (System.nanoTime() + nanos - deadline >= 0) {
            return false;
        }
        try {
            options.sleeper().sleep(Duration.ofNanos(nanos));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why there is no answer. */
    private record Failure(
            String reason,
            boolean mayPass,
            Retry retry,
            @Nullable IOException cause) {

        static Failure of(Reply reply) {
            int status = reply.status();
            if (status == 401 || status == 403) {
                return fatal("access denied (" + status + "); check the address and the headers that are sent");
            }
            if (status == 429 || status == 503) {
                return passing("the server asks for fewer requests (" + status + "); try again later", null);
            }
            boolean passes = status == 408 || status == 499 || (status >= 500 && status != 501 && status != 505);
            return passes
                    ? passing("no proper answer (status " + status + "); try again later", null)
                    : fatal("the server answers with status " + status);
        }

        static Failure of(IOException e) {
            if (e instanceof ForbiddenRedirectionException
                    || e instanceof Body.TooLongException
                    || e instanceof SSLHandshakeException) {
                return new Failure(String.valueOf(e.getMessage()), false, Retry.CANNOT_HELP, e);
            }
            if (e instanceof InterruptedIOException) {
                return new Failure("the thread was interrupted", false, Retry.CAN_HELP, e);
            }
            if (isUnreachable(e)) {
                return passing("the server cannot be reached; check address and network", e);
            }
            return passing("no proper answer (" + e.getMessage() + "); try again later", e);
        }

        private static boolean isUnreachable(IOException e) {
            return e instanceof ConnectException
                    || e instanceof HttpConnectTimeoutException
                    || e instanceof UnknownHostException
                    || e.getCause() instanceof UnresolvedAddressException;
        }

        private static Failure passing(String reason, @Nullable IOException cause) {
            return new Failure(reason, true, Retry.CAN_HELP, cause);
        }

        private static Failure fatal(String reason) {
            return new Failure(reason, false, Retry.CANNOT_HELP, null);
        }

        StorageException toException(String action, int tries) {
            return new StorageException(
                    "Cannot " + action + ": " + reason + (tries > 1 ? "; " + tries + " tries" : ""), retry, cause);
        }
    }
}
