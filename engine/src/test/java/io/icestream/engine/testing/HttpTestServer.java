package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A web server for tests, in this process and in memory, on a free port of the loopback address: GET and HEAD of objects with
 * ETags, times, ranges and conditions as RFC 9110 has them, redirections, and faults on demand. Thread-safe.
 */
public final class HttpTestServer implements AutoCloseable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    static {
        // Without it each reply on a kept connection waits for the acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer http;
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "http-test-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Served> objects = new ConcurrentHashMap<>();
    private final Map<String, String> redirections = new ConcurrentHashMap<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Set<Habit> habits = EnumSet.noneOf(Habit.class);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Headers> headers = new CopyOnWriteArrayList<>();

    /** What servers of this world do. */
    public enum Habit {
        /** Ranges are not looked at. */
        IGNORES_RANGES,
        /** Conditions are not looked at. */
        IGNORES_CONDITIONS,
        /** Replies have no ETag. */
        NO_TAGS,
        /** ETags are weak. */
        WEAK_TAGS,
        /** Replies have no time. */
        NO_TIMES,
        /** Replies have no length. */
        CHUNKED,
        /** Replies claim to be compressed. */
        CODED,
        /** Ranges are answered with the bytes one further. */
        SHIFTS_RANGES
    }

    /** What becomes of one request. */
    public sealed interface Fault {
        /** It is answered with an error. */
        record Status(int status) implements Fault {}

        /** The connection is closed without a reply. */
        record Drop() implements Fault {}

        /** The reply breaks off after so many bytes of its body. */
        record Cut(int bytes) implements Fault {}

        /** The reply announces fewer bytes than were asked for, and sends those. */
        record Shorten(int bytes) implements Fault {}

        /** Something happens first; then it is answered. */
        record Meanwhile(Runnable action) implements Fault {}

        /** It is answered after the server is closed, that is never. */
        record Stall() implements Fault {}
    }

    private record Served(ByteBuffer content, String tag, Instant lastModified) {
        byte[] bytes() {
            return S3Objects.array(content);
        }
    }

    private HttpTestServer(HttpServer http) {
        this.http = http;
    }

    /** Starts a server without objects. */
    public static HttpTestServer start() {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            HttpTestServer server = new HttpTestServer(http);
            http.setExecutor(server.executor);
            http.createContext("/", server::handle);
            http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its address, without slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Serves an object from now on; the path is decoded and starts with a slash. */
    public void put(String path, byte[] bytes) {
        put(path, bytes, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Serves an object from now on, with a time. */
    public void put(String path, byte[] bytes, Instant lastModified) {
        String tag = "\"" + Integer.toHexString(Arrays.hashCode(bytes)) + "-" + bytes.length + "\"";
        objects.put(path, new Served(ByteBuffer.wrap(bytes.clone()), tag, lastModified));
    }

    /** The ETag of an object, with quotes. */
    public String tag(String path) {
        return served(path).tag();
    }

    private Served served(String path) {
        Served served = objects.get(path);
        if (served == null) {
            throw new IllegalArgumentException("No object at " + path);
        }
        return served;
    }

    /** Answers requests for a path with a redirection, wherever it leads. */
    public void redirect(String path, String location) {
        redirections.put(path, location);
    }

    /** From now on the server has this habit. */
    public void adopt(Habit habit) {
        habits.add(habit);
    }

    /** The next requests, one each, meet these. */
    public void inject(Fault... next) {
        faults.addAll(List.of(next));
    }

    /** Every request so far as {@code METHOD path range}, in the order of arrival. */
    public List<String> requests() {
        return List.copyOf(log);
    }

    /** The headers of the requests so far. */
    public List<Headers> requestHeaders() {
        return List.copyOf(headers);
    }

    @Override
    public void close() {
        http.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String range = exchange.getRequestHeaders().getFirst("Range");
            log.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (range == null ? "" : " " + range));
            headers.add(exchange.getRequestHeaders());
            Fault fault = faults.poll();
            if (fault instanceof Fault.Drop) {
                return;
            }
            if (fault instanceof Fault.Stall) {
                stall();
                return;
            }
            if (fault instanceof Fault.Meanwhile meanwhile) {
                meanwhile.action().run();
            }
            String redirection = redirections.get(path);
            if (fault instanceof Fault.Status error) {
                send(exchange, error.status(), "an error".getBytes(UTF_8), null);
            } else if (redirection != null) {
                exchange.getResponseHeaders().set("Location", redirection);
                exchange.sendResponseHeaders(302, -1);
            } else {
                answer(exchange, objects.get(path), fault);
            }
        }
    }

    private static void stall() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, @Nullable Served object, @Nullable Fault fault) throws IOException {
        if (object == null) {
            send(exchange, 404, "there is nothing".getBytes(UTF_8), null);
            return;
        }
        Headers reply = exchange.getResponseHeaders();
        if (!habits.contains(Habit.NO_TAGS)) {
            reply.set("ETag", (habits.contains(Habit.WEAK_TAGS) ? "W/" : "") + object.tag());
        }
        if (!habits.contains(Habit.NO_TIMES)) {
            reply.set("Last-Modified", TIME.format(object.lastModified()));
        }
        if (habits.contains(Habit.CODED)) {
            reply.set("Content-Encoding", "gzip");
        }
        int refusal = habits.contains(Habit.IGNORES_CONDITIONS) ? 0 : refusal(exchange.getRequestHeaders(), object);
        if (refusal != 0) {
            exchange.sendResponseHeaders(refusal, -1);
            return;
        }
        range(exchange, object, fault);
    }

    /** The status that a condition leads to, or 0. */
    private int refusal(Headers request, Served object) {
        String match = request.getFirst("If-Match");
        if (match != null && (!match.equals(object.tag()) || habits.contains(Habit.WEAK_TAGS))) {
            return 412;
        }
        String since = request.getFirst("If-Unmodified-Since");
        if (match == null && since != null && object.lastModified().isAfter(Instant.from(TIME.parse(since)))) {
            return 412;
        }
        return object.tag().equals(request.getFirst("If-None-Match")) ? 304 : 0;
    }

    private void range(HttpExchange exchange, Served object, @Nullable Fault fault) throws IOException {
        String text = exchange.getRequestHeaders().getFirst("Range");
        Matcher matcher = RANGE.matcher(text == null ? "" : text);
        int size = object.bytes().length;
        if (!matcher.matches() || habits.contains(Habit.IGNORES_RANGES)) {
            send(exchange, 200, object.bytes(), fault);
            return;
        }
        long first = Long.parseLong(matcher.group(1)) + (habits.contains(Habit.SHIFTS_RANGES) ? 1 : 0);
        long last = Math.min(Long.parseLong(matcher.group(2)), size - 1L);
        if (first >= size) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + size);
            send(exchange, 416, new byte[0], null);
            return;
        }
        exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + size);
        send(exchange, 206, Arrays.copyOfRange(object.bytes(), (int) first, (int) last + 1), fault);
    }

    private void send(HttpExchange exchange, int status, byte[] body, @Nullable Fault fault) throws IOException {
        byte[] sent = fault instanceof Fault.Shorten shorten ? Arrays.copyOf(body, shorten.bytes()) : body;
        if (exchange.getRequestMethod().equals("HEAD")) {
            if (!habits.contains(Habit.CHUNKED)) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(sent.length));
            }
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        boolean chunked = habits.contains(Habit.CHUNKED);
        exchange.sendResponseHeaders(status, chunked ? 0 : sent.length == 0 ? -1 : sent.length);
        try (OutputStream out = exchange.getResponseBody()) {
            int length = fault instanceof Fault.Cut cut ? Math.min(cut.bytes(), sent.length) : sent.length;
            out.write(sent, 0, length);
            out.flush();
            if (length < sent.length) {
                exchange.close();
            }
        }
    }
}
