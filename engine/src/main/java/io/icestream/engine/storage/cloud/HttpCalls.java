package io.icestream.engine.storage.cloud;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sends requests and waits for their replies, each once. Thread-safe.
 *
 * <p>The client is the one of the JDK, on HTTP/1.1: one connection per request under way, kept when idle. It repeats a
 * GET or HEAD by itself if an idle connection turns out to be closed, and nothing else. Waiting ends with the time of the
 * attempt, when nothing has moved for as long as {@link Timeouts#read}, or with an interrupt; the connection is closed
 * then.
 */
public final class HttpCalls implements AutoCloseable {
    private final ExecutorService executor;
    private final HttpClient client;
    private final Duration readTimeout;
    private final InstantSource clock;
    private final String userAgent;
    private final Counters counters;

    /**
     * Makes a client; no connection yet.
     *
     * @param options how long to wait, through which proxy, who for
     * @param counters what is told of each request
     */
    public HttpCalls(RequestOptions options, Counters counters) {
        this.executor =
                DaemonPool.of("icestream-http", Math.max(2, Runtime.getRuntime().availableProcessors()));
        this.readTimeout = options.timeouts().read();
        this.clock = options.clock();
        this.userAgent = options.attribution().userAgent();
        this.counters = counters;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.timeouts().connect())
                .executor(executor)
                .proxy(options.proxy().<ProxySelector>map(Selector::new).orElseGet(ProxySelector::getDefault));
        options.proxy().flatMap(ProxyServer::login).ifPresent(login -> builder.authenticator(new Login(login)));
        this.client = builder.build();
    }

    private static final class Selector extends ProxySelector {
        private final ProxyServer server;

        Selector(ProxyServer server) {
            this.server = server;
        }

        @Override
        public List<Proxy> select(URI uri) {
            if (!server.serves(uri.getHost())) {
                return List.of(Proxy.NO_PROXY);
            }
            URI address = server.address();
            return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(address.getHost(), address.getPort())));
        }

        /** The request itself fails then, which is enough. */
        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }

    private static final class Login extends Authenticator {
        private final ProxyServer.Login login;

        Login(ProxyServer.Login login) {
            this.login = login;
        }

        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY
                    ? new PasswordAuthentication(login.user(), login.password().toCharArray())
                    : super.getPasswordAuthentication();
        }
    }

    /**
     * Sends a request and reads the reply, whatever its status.
     *
     * @param call the request
     * @param limit how long that may take
     * @return the reply
     * @throws FailedCall if there is none
     */
    public Reply send(HttpCall call, Duration limit) {
        return exchange(call, limit, progress -> info -> new ReplyBody(progress));
    }

    /**
     * Sends a request and reads the reply; if its status is one of success, its body goes into a buffer.
     *
     * @param call the request
     * @param target chooses the buffer
     * @param limit how long that may take
     * @return the reply; without a body if that went into the buffer
     * @throws FailedCall if there is none, or the body has fewer bytes than the buffer was to get
     */
    public Reply receive(HttpCall call, ContentTarget target, Duration limit) {
        AtomicReference<ContentBody> begun = new AtomicReference<>();
        try {
            return exchange(call, limit, progress -> info -> {
                if (info.statusCode() < 200 || info.statusCode() >= 300) {
                    return new ReplyBody(progress);
                }
                long length = info.headers()
                        .firstValueAsLong("Content-Length")
                        .orElseThrow(() -> FailedCall.of(
                                FailedCall.Kind.FINAL,
                                "the server does not say how long its reply is; check endpoint and proxy"));
                ContentBody body = new ContentBody(target.placeFor(length), length, progress, counters);
                begun.set(body);
                return body;
            });
        } catch (FailedCall failure) {
            ContentBody body = begun.get();
            throw body == null ? failure : body.brokenOff(failure);
        }
    }

    /** Chooses where the content of a reply goes. */
    @FunctionalInterface
    public interface ContentTarget {
        /**
         * Gives the place.
         *
         * @param length how many bytes the reply has
         * @return the place, from position to limit; if it is shorter, the rest is not read
         * @throws FailedCall if the reply is of no use
         */
        ByteBuffer placeFor(long length);
    }

    private interface Handlers {
        BodyHandler<byte[]> with(Progress progress);
    }

    private Reply exchange(HttpCall call, Duration limit, Handlers handlers) {
        counters.request(call.operation());
        counters.sent(call.contentBytes());
        Progress progress = new Progress();
        Payload payload = new Payload(call.payload(), progress);
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .method(call.method(), body(payload, call.payloadBytes()))
                .header("User-Agent", userAgent);
        call.headers().forEach(request::setHeader);
        HttpResponse<byte[]> response;
        try {
            response = await(client.sendAsync(request.build(), handlers.with(progress)), progress, limit);
        } finally {
            payload.end();
        }
        return new Reply(response.statusCode(), response.headers(), ByteBuffer.wrap(response.body()), clock.instant());
    }

    private static BodyPublisher body(Payload payload, long length) {
        return length == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(payload), length);
    }

    private <T> T await(CompletableFuture<T> exchange, Progress progress, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                long left = deadline - System.nanoTime();
                long quiet = progress.nanosSince();
                if (left <= 0 || quiet >= readTimeout.toNanos()) {
                    throw FailedCall.of(
                            FailedCall.Kind.NO_ANSWER,
                            left <= 0
                                    ? "it took longer than " + limit
                                    : "nothing was sent or received for " + readTimeout);
                }
                try {
                    return exchange.get(Math.min(left, readTimeout.toNanos() - quiet), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    // the loop says which of the two it was
                }
            }
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            throw FailedCall.of(FailedCall.Kind.INTERRUPTED, "the thread was interrupted", e);
        } finally {
            exchange.cancel(true);
        }
    }

    private static FailedCall failure(ExecutionException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailedCall failure) {
                return failure;
            }
            if (cause instanceof Error error) {
                throw error;
            }
        }
        return FailedCall.ofConnection(e.getCause() == null ? e : e.getCause());
    }

    /** The client's own thread ends when the client is collected, or here on a JDK on which it can be closed. */
    @Override
    public void close() {
        Object closeable = client;
        if (closeable instanceof AutoCloseable since21) {
            try {
                since21.close();
            } catch (Exception e) { // all that AutoCloseable says of close
                throw new IllegalStateException("The HTTP client cannot be closed", e);
            }
        }
        executor.shutdown();
    }
}
