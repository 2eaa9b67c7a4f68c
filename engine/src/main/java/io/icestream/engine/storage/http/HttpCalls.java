package io.icestream.engine.storage.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Sends single requests, and follows redirections where that is allowed. Thread-safe. The threads of the JDK's client are
 * daemons and go when nobody refers to it any more.
 */
final class HttpCalls {
    private static final int MAX_REDIRECTIONS = 10;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;
    private final HttpOptions options;
    private final BiPredicate<URI, URI> mayFollow;

    /** @param mayFollow whether to go on from the first address to the second one */
    HttpCalls(HttpOptions options, BiPredicate<URI, URI> mayFollow) {
        this.client = HttpClient.newBuilder()
                .connectTimeout(options.limits().connect())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.options = options;
        this.mayFollow = mayFollow;
    }

    /**
     * What came back.
     *
     * @param url who answered, after redirections
     */
    record Reply(URI url, int status, HttpHeaders headers, Body body) {
        boolean isRedirection() {
            return REDIRECTIONS.contains(status)
                    && headers.firstValue("Location").isPresent();
        }

        /** The target of a redirection. */
        String location() {
            return headers.firstValue("Location").orElseThrow();
        }
    }

    /** The server leads to where we do not go. */
    static final class ForbiddenRedirectionException extends IOException {
        private static final long serialVersionUID = 1L;

        ForbiddenRedirectionException(String message) {
            super(message);
        }
    }

    /**
     * Sends a request, and follows redirections.
     *
     * @param method {@code GET} or {@code HEAD}
     * @param headers of this request
     * @param body what to do with the payload
     * @param limit how long all of it may take
     * @throws IOException if there is no proper reply, or a redirection may not be followed
     */
    Reply send(String method, URI url, Map<String, String> headers, Function<ResponseInfo, Body> body, Duration limit)
            throws IOException {
        URI target = url;
        for (int hop = 0; hop <= MAX_REDIRECTIONS; hop++) {
            Reply reply = sendOnce(request(method, url, target, headers), body, limit);
            if (!reply.isRedirection()) {
                return reply;
            }
            target = next(target, reply.location());
        }
        throw new ForbiddenRedirectionException("the server redirects more than " + MAX_REDIRECTIONS + " times");
    }

    private URI next(URI from, String location) throws IOException {
        URI to = resolve(from, location);
        if (!isHttp(to) || !mayFollow.test(from, to)) {
            throw new ForbiddenRedirectionException(
                    "the server redirects to " + shown(to) + ", where nobody allowed us to go");
        }
        return to;
    }

    static URI resolve(URI from, String location) throws IOException {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("the server redirects to what is no address: '" + location + "'", e);
        }
    }

    static boolean isHttp(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        return (scheme.equals("http") || scheme.equals("https")) && url.getHost() != null;
    }

    /** Without user and query, which may hold secrets. */
    static String shown(URI url) {
        String text = url.toString();
        int end = text.indexOf('?');
        String path = end < 0 ? text : text.substring(0, end);
        return url.getRawUserInfo() == null ? path : path.replace(url.getRawUserInfo() + "@", "");
    }

    private HttpRequest request(String method, URI first, URI target, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .version(version(target));
        if (isSameServer(first, target)) {
            options.headers().forEach(request::setHeader);
        }
        headers.forEach(request::setHeader);
        return request.build();
    }

    /** Without encryption, the second version would have to be asked for in each first request. */
    private static HttpClient.Version version(URI url) {
        return "https".equalsIgnoreCase(url.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    }

    private static boolean isSameServer(URI one, URI other) {
        return Objects.equals(one.getScheme(), other.getScheme())
                && Objects.equals(one.getRawAuthority(), other.getRawAuthority());
    }

    /** Sends a request whose reply may be a redirection. */
    Reply sendOnce(HttpRequest request, Function<ResponseInfo, Body> body, Duration limit) throws IOException {
        Taking taking = new Taking();
        CompletableFuture<HttpResponse<Body>> pending = client.sendAsync(request, info -> {
            Body chosen = REDIRECTIONS.contains(info.statusCode()) ? Body.none() : body.apply(info);
            taking.body = chosen;
            return chosen;
        });
        try {
            HttpResponse<Body> response = await(pending, taking, limit);
            return new Reply(response.uri(), response.statusCode(), response.headers(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("the thread was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw failure(e, taking.body);
        } finally {
            pending.cancel(true);
        }
    }

    /** A request with the headers of the options. */
    HttpRequest plainGet(URI url) {
        return request("GET", url, url, Map.of());
    }

    /** A request without the headers of the options. */
    HttpRequest bareGet(URI url) {
        return HttpRequest.newBuilder(url).version(version(url)).build();
    }

    /** The payload that is coming; at first that of no reply. */
    private static final class Taking {
        private volatile Body body = Body.none();
    }

    /** Waits as long as bytes come. */
    private <T> T await(CompletableFuture<T> pending, Taking taking, Duration limit)
            throws InterruptedException, ExecutionException, IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        long step = Math.min(options.limits().read().toNanos(), limit.toNanos());
        Body seen = taking.body;
        int filled = 0;
        while (true) {
            try {
                return pending.get(step, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                Body now = taking.body;
                boolean stalled = now == seen && now.filled() == filled;
                if (stalled || System.nanoTime() - deadline >= 0) {
                    HttpTimeoutException timeout = new HttpTimeoutException(
                            stalled ? "no byte came for " + options.limits().read() : "not done after " + limit);
                    timeout.initCause(e);
                    throw timeout;
                }
                seen = now;
                filled = now.filled();
            }
        }
    }

    private static IOException failure(ExecutionException e, Body body) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof IOException io) {
            if (body.filled() > 0 && !(io instanceof Body.TooLongException)) {
                return new IOException("the reply broke off after " + body.filled() + " bytes", io);
            }
            return io;
        }
        return new IOException(e);
    }
}
