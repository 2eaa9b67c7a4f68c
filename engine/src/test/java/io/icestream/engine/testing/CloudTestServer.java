package io.icestream.engine.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server of an object store for tests, in this process and in memory, on a free port of the loopback address, with
 * faults on demand ({@link CloudFault}). A subclass speaks the protocol of one store. Conditional writes are atomic;
 * bodies are read to their end before anything is answered. Thread-safe.
 */
public abstract class CloudTestServer implements AutoCloseable {
    /** The bucket or container that is there. */
    public static final String BUCKET = "bucket";

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    static {
        // Without it each reply on a kept connection waits for the acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer http;
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "cloud-test-server");
        thread.setDaemon(true);
        return thread;
    });
    private final List<CloudFault> faults = new CopyOnWriteArrayList<>();
    private final Map<CloudCall, AtomicLong> counts = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Set<String> expiredTokens = ConcurrentHashMap.newKeySet();
    private final Set<String> userAgents = ConcurrentHashMap.newKeySet();
    private volatile int pageSize = 1000;

    CloudTestServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final void listen() {
        http.setExecutor(executor);
        http.createContext("/", this::handle);
        http.start();
    }

    /** What a request is, and which object it is about. */
    record Target(CloudCall call, String bucket, String key) {}

    /** Reads what a request wants. */
    abstract Target target(Request request);

    /** Does it; the bucket is there. */
    abstract S3Reply answer(Request request, Target target);

    /** An error as the store replies it. */
    abstract S3Reply error(int status, String code, String text);

    /** The error that there is no such bucket. */
    abstract S3Error noBucket();

    /** Makes a reply tell another version than it did. */
    abstract void tellWrongVersion(S3Reply reply);

    /** Where clients find it. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Adds something to do wrong; of several faults for one request the one that was added first wins. */
    public void inject(CloudFault fault) {
        faults.add(fault);
    }

    /** Forgets all faults. */
    public void heal() {
        faults.clear();
    }

    /** From now on, requests with this bearer or session token are turned away. */
    public void expire(String token) {
        expiredTokens.add(token);
    }

    /** From now on, pages of listings hold at most so many objects. */
    public void limitPages(int number) {
        pageSize = number;
    }

    int pageSize() {
        return pageSize;
    }

    boolean isExpired(String token) {
        return expiredTokens.contains(token);
    }

    boolean hasBucket(String name) {
        return name.equals(BUCKET);
    }

    /** How many requests of a kind have come, those that failed included. */
    public long count(CloudCall call) {
        return counter(call).get();
    }

    private AtomicLong counter(CloudCall call) {
        return counts.computeIfAbsent(call, any -> new AtomicLong());
    }

    /** Every request since the last {@link #forgetRequests}, as {@code KIND key}, in the order of arrival. */
    public List<String> requests() {
        return List.copyOf(log);
    }

    /** Starts counting anew. */
    public void forgetRequests() {
        counts.clear();
        log.clear();
    }

    /** What the clients that have asked so far call themselves. */
    public Set<String> userAgents() {
        return Set.copyOf(userAgents);
    }

    /** What an object was stored with: user metadata, storage class and the like. */
    public abstract Optional<Map<String, String>> findNotes(String key);

    /** How many uploads have neither been completed nor aborted. */
    public abstract int unfinishedUploads();

    @Override
    public void close() {
        http.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            Request request = Request.of(exchange);
            Target target = target(request);
            counter(target.call()).incrementAndGet();
            log.add(target.call() + " " + target.key());
            userAgents.add(request.header("User-Agent"));
            handle(exchange, request, target);
        } catch (S3Error e) {
            S3Reply reply = error(e.status(), e.code(), String.valueOf(e.getMessage()));
            e.headers().forEach(reply::header);
            send(exchange, reply, null);
        } catch (RuntimeException e) {
            send(exchange, error(500, "InternalError", e.toString()), null);
        } finally {
            exchange.close();
        }
    }

    private void handle(HttpExchange exchange, Request request, Target target) throws IOException {
        CloudFault.@Nullable Effect effect = faults.stream()
                .filter(fault -> fault.strikes(target.call(), target.key()))
                .findFirst()
                .map(CloudFault::effect)
                .orElse(null);
        if (effect instanceof CloudFault.Effect.DropBefore) {
            return;
        }
        if (effect instanceof CloudFault.Effect.Reply reply) {
            throw new S3Error(reply.status(), reply.code(), reply.text());
        }
        if (effect instanceof CloudFault.Effect.Hold hold) {
            hold(hold);
        }
        authorize(request);
        if (!hasBucket(target.bucket())) {
            throw noBucket();
        }
        S3Reply reply = answer(request, target);
        if (effect instanceof CloudFault.Effect.ReplyAfter error) {
            throw new S3Error(error.status(), error.code(), "injected");
        }
        if (effect instanceof CloudFault.Effect.DropAfter drop) {
            drop.action().run();
            return;
        }
        if (effect instanceof CloudFault.Effect.WrongVersion) {
            tellWrongVersion(reply);
        }
        send(exchange, reply, effect);
    }

    private static void hold(CloudFault.Effect.Hold hold) {
        try {
            hold.until().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Turns away who is not let in. */
    void authorize(Request request) {
        String authorization = request.header("Authorization");
        if (authorization.startsWith("Bearer ") && isExpired(authorization.substring(7))) {
            throw new S3Error(401, "InvalidAuthenticationInfo", "The token has expired");
        }
    }

    private static void send(HttpExchange exchange, S3Reply reply, CloudFault.@Nullable Effect effect)
            throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("x-ms-request-id", "request-1");
        headers.set("x-guploader-uploadid", "request-1");
        headers.set("x-amz-request-id", "request-1");
        reply.headers().forEach(headers::set);
        byte[] body = reply.body().clone();
        if (effect instanceof CloudFault.Effect.Damage && body.length > 0) {
            body[0] ^= 1;
        }
        if (exchange.getRequestMethod().equals("HEAD") || reply.status() == 304) {
            headers.set("Content-Length", Long.toString(body.length));
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            int length =
                    effect instanceof CloudFault.Effect.Truncate cut ? Math.min(cut.bytes(), body.length) : body.length;
            out.write(body, 0, length);
            out.flush();
            if (length < body.length) {
                exchange.close();
            }
        }
    }

    /** First byte and the one after the last of a range that was asked for. */
    static int[] range(String text, int size) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            throw new S3Error(400, "InvalidHeaderValue", text);
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
        if (first >= size || first > last) {
            throw new S3Error(416, "InvalidRange", "The range is not satisfiable");
        }
        return new int[] {(int) first, (int) Math.min(size, last + 1)};
    }

    /** A request that has been read to its end. */
    record Request(
            String method, List<String> path, Map<String, String> query, Headers headers, ByteBuffer body, URI uri) {
        static Request of(HttpExchange exchange) throws IOException {
            byte[] raw;
            try (InputStream in = exchange.getRequestBody()) {
                raw = in.readAllBytes();
            }
            URI uri = exchange.getRequestURI();
            return new Request(
                    exchange.getRequestMethod(),
                    path(uri.getRawPath()),
                    query(uri.getRawQuery()),
                    exchange.getRequestHeaders(),
                    ByteBuffer.wrap(raw),
                    uri);
        }

        static List<String> path(String raw) {
            return List.of(raw.substring(1).split("/", -1)).stream()
                    .map(Request::decoded)
                    .toList();
        }

        private static Map<String, String> query(@Nullable String raw) {
            Map<String, String> query = new TreeMap<>();
            for (String pair : raw == null ? new String[0] : raw.split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : "");
            }
            return query;
        }

        static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        byte[] bytes() {
            return S3Objects.array(body);
        }

        String header(String name) {
            return Optional.ofNullable(headers.getFirst(name)).orElse("");
        }

        @Override
        public String toString() {
            return method + " " + uri.getPath();
        }
    }
}
