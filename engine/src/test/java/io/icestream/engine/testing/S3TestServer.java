package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
 * An S3 server for tests, in this process and in memory, on a free port of the loopback address: path style, with the
 * conditions, errors and framing that S3 has, and faults on demand ({@link S3Fault}). Thread-safe.
 *
 * <p>What it does: GET with ranges and conditions, HEAD, PUT, COPY, DELETE, DeleteObjects, ListObjectsV2, multipart
 * uploads. Conditional writes are atomic. Bodies are read to their end before anything is answered. Signatures are not
 * verified; the access key, session token and region they name are.
 *
 * <p>Source: Amazon S3 API Reference.
 */
public final class S3TestServer implements AutoCloseable {
    /** The access key that is let in. */
    public static final String ACCESS_KEY = "test-key";

    /** The secret key that goes with it; it is not verified. */
    public static final String SECRET_KEY = "test-secret";

    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/[0-9]+/([^/]+)/s3/");

    static {
        // Without it each reply on a kept connection waits for the acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer http;
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "s3-test-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, S3Objects> buckets = new ConcurrentHashMap<>();
    private final List<S3Fault> faults = new CopyOnWriteArrayList<>();
    private final Map<S3Call, AtomicLong> counts = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Set<String> expiredTokens = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String region;
    private volatile int pageSize = 1000;
    private volatile boolean knowsConditions = true;
    private final Set<String> userAgents = ConcurrentHashMap.newKeySet();

    private S3TestServer(HttpServer http) {
        this.http = http;
    }

    /** Starts a server with some empty buckets. */
    public static S3TestServer start(String... buckets) {
        try {
            S3TestServer server =
                    new S3TestServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            for (String bucket : buckets) {
                server.buckets.put(bucket, new S3Objects());
            }
            server.http.setExecutor(server.executor);
            server.http.createContext("/", server::handle);
            server.http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients find it. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Adds something to do wrong; of several faults for one request the one that was added first wins. */
    public void inject(S3Fault fault) {
        faults.add(fault);
    }

    /** Forgets all faults. */
    public void heal() {
        faults.clear();
    }

    /** From now on, requests signed for another region are turned away, as S3 does. */
    public void requireRegion(String name) {
        region = name;
    }

    /** From now on, requests with this session token are turned away. */
    public void expire(String sessionToken) {
        expiredTokens.add(sessionToken);
    }

    /** From now on, pages of listings hold at most so many objects. */
    public void limitPages(int objects) {
        pageSize = objects;
    }

    /** From now on, writes with a condition are turned away, as by stores that do not know any. */
    public void refuseConditions() {
        knowsConditions = false;
    }

    /** What the clients that have asked so far call themselves. */
    public Set<String> userAgents() {
        return Set.copyOf(userAgents);
    }

    /** How many requests of a kind have come, those that failed included. */
    public long count(S3Call call) {
        return counter(call).get();
    }

    private AtomicLong counter(S3Call call) {
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

    /** The headers that an object was stored with: user metadata, storage class, encryption, checksums. */
    public Optional<Map<String, String>> findHeaders(String bucket, String key) {
        return Optional.ofNullable(bucket(bucket).find(key)).map(S3Objects.Stored::headers);
    }

    /** How many uploads have neither been completed nor aborted. */
    public int unfinishedUploads(String bucket) {
        return bucket(bucket).unfinishedUploads();
    }

    @Override
    public void close() {
        http.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            Request request = Request.of(exchange);
            counter(request.call()).incrementAndGet();
            log.add(request.call() + " " + request.key());
            userAgents.add(String.valueOf(request.headers().getFirst("User-Agent")));
            answer(exchange, request);
        } catch (S3Error e) {
            send(exchange, e);
        } catch (RuntimeException e) {
            send(exchange, new S3Error(500, "InternalError", e.toString()));
        } finally {
            exchange.close();
        }
    }

    private void answer(HttpExchange exchange, Request request) throws IOException {
        S3Fault.Effect effect = faults.stream()
                .filter(fault -> fault.strikes(request.call(), request.key()))
                .findFirst()
                .map(S3Fault::effect)
                .orElse(null);
        if (effect instanceof S3Fault.Effect.DropBefore) {
            return;
        }
        if (effect instanceof S3Fault.Effect.Reply reply) {
            throw new S3Error(reply.status(), reply.code(), "injected");
        }
        if (effect instanceof S3Fault.Effect.Hold hold) {
            hold(hold);
        }
        authorize(request);
        if (!knowsConditions && request.isConditionalWrite()) {
            throw new S3Error(
                    501, "NotImplemented", "A header you provided implies functionality that is not implemented");
        }
        S3Reply reply = new S3Requests(bucket(request.bucket()), pageSize).answer(request);
        if (effect instanceof S3Fault.Effect.ReplyAfter error) {
            throw new S3Error(error.status(), error.code(), "injected");
        }
        if (effect instanceof S3Fault.Effect.Meanwhile meanwhile) {
            meanwhile.action().run();
        } else if (!(effect instanceof S3Fault.Effect.DropAfter)) {
            send(exchange, reply, effect);
        }
    }

    private static void hold(S3Fault.Effect.Hold hold) {
        try {
            hold.until().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private S3Objects bucket(String name) {
        S3Objects bucket = buckets.get(name);
        if (bucket == null) {
            throw new S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
        }
        return bucket;
    }

    private void authorize(Request request) {
        String token = request.headers().getFirst("x-amz-security-token");
        if (token != null && expiredTokens.contains(token)) {
            throw new S3Error(400, "ExpiredToken", "The provided token has expired.");
        }
        String authorization = request.headers().getFirst("Authorization");
        if (authorization == null) {
            return;
        }
        Matcher matcher = CREDENTIAL.matcher(authorization);
        if (!matcher.find() || !matcher.group(1).equals(ACCESS_KEY)) {
            throw new S3Error(403, "InvalidAccessKeyId", "The access key does not exist in our records.");
        }
        String required = region;
        if (required != null && !matcher.group(2).equals(required)) {
            throw new S3Error(
                    400,
                    "AuthorizationHeaderMalformed",
                    "the region '" + matcher.group(2) + "' is wrong; expecting '" + required + "'",
                    Map.of("x-amz-bucket-region", required));
        }
    }

    private static void send(HttpExchange exchange, S3Error error) throws IOException {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + error.code() + "</Code><Message>"
                + S3Reply.escaped(String.valueOf(error.getMessage()))
                + "</Message><RequestId>request-1</RequestId></Error>";
        S3Reply reply = S3Reply.xml(error.status(), body);
        error.headers().forEach(reply::header);
        send(exchange, reply, null);
    }

    private static void send(HttpExchange exchange, S3Reply reply, S3Fault.@Nullable Effect effect) throws IOException {
        if (effect instanceof S3Fault.Effect.WrongEtag) {
            reply.header("ETag", "\"wrong\"");
        }
        Headers headers = exchange.getResponseHeaders();
        headers.set("x-amz-request-id", "request-1");
        reply.headers().forEach(headers::set);
        byte[] body = reply.body();
        if (exchange.getRequestMethod().equals("HEAD") || reply.status() == 304) {
            headers.set("Content-Length", Long.toString(body.length));
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            int length =
                    effect instanceof S3Fault.Effect.Truncate cut ? Math.min(cut.bytes(), body.length) : body.length;
            out.write(body, 0, length);
            out.flush();
            if (length < body.length) {
                exchange.close();
            }
        }
    }

    /** A request that has been read to its end. */
    record Request(S3Call call, String bucket, String key, Map<String, String> query, Headers headers, ByteBuffer raw) {

        static Request of(HttpExchange exchange) throws IOException {
            byte[] raw;
            try (InputStream in = exchange.getRequestBody()) {
                raw = in.readAllBytes();
            }
            String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", 2);
            String key = path.length > 1 ? decoded(path[1].replace("+", "%2B")) : "";
            Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
            Headers headers = exchange.getRequestHeaders();
            S3Call call = S3Call.of(
                    exchange.getRequestMethod(), !key.isEmpty(), query, headers.containsKey("x-amz-copy-source"));
            return new Request(call, decoded(path[0]), key, query, headers, ByteBuffer.wrap(raw));
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
            return URLDecoder.decode(text, UTF_8);
        }

        S3Body body() {
            return S3Body.of(headers, S3Objects.array(raw));
        }

        S3Objects.Condition condition() {
            return new S3Objects.Condition(headers.getFirst("If-Match"), headers.getFirst("If-None-Match"));
        }

        boolean isConditionalWrite() {
            boolean reads = call == S3Call.GET || call == S3Call.HEAD;
            return headers.containsKey("x-amz-copy-source-if-match")
                    || (!reads && (headers.containsKey("If-Match") || headers.containsKey("If-None-Match")));
        }

        /** What is kept of the headers of a write. */
        Map<String, String> kept() {
            Map<String, String> kept = new LinkedHashMap<>();
            headers.forEach((name, values) -> {
                String lower = name.toLowerCase(Locale.ROOT);
                if (lower.startsWith("x-amz-meta-")
                        || lower.equals("x-amz-storage-class")
                        || lower.startsWith("x-amz-server-side-encryption")
                        || lower.equals("x-amz-request-payer")
                        || lower.startsWith("x-test-")
                        || lower.equals("content-type")) {
                    kept.put(lower, values.get(0));
                }
            });
            return kept;
        }

        @Override
        public String toString() {
            return call + " " + bucket + "/" + key;
        }
    }
}
