package io.icestream.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A schema registry in this process: the part of Confluent's REST interface that Avro clients use, on the loopback interface.
 *
 * <p>It registers, looks up and returns schemas and versions, and keeps and enforces compatibility levels ({@code BACKWARD} unless set).
 * There is no deletion, and there are no references between schemas. With a folder, ids and port survive a restart. Safe to use from
 * several threads.
 */
public final class RegistryServer implements AutoCloseable {

    /** How the registry behaves towards its clients, for tests of outages. */
    public enum Mode {
        /** It answers. */
        ANSWERING,
        /** Each request gets the status 503. */
        UNAVAILABLE,
        /** Requests are accepted and stay unanswered until the mode changes. */
        HANGING
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    private final HttpServer server;
    private final ExecutorService executor;
    private final RegistryRoutes routes;
    private final AtomicLong requests = new AtomicLong();
    private volatile Mode mode = Mode.ANSWERING;
    private volatile CountDownLatch released = new CountDownLatch(0);

    private RegistryServer(HttpServer server, SchemaCatalog catalog) {
        this.server = server;
        this.routes = new RegistryRoutes(catalog);
        this.executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "schema-registry");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts a registry that forgets everything when it is closed.
     *
     * @return the running registry
     */
    public static RegistryServer start() {
        return start(Optional.empty(), 0);
    }

    /**
     * Starts a registry whose schemas and port are kept in a folder.
     *
     * @param folder the folder; made if absent
     * @return the running registry
     */
    public static RegistryServer start(Path folder) {
        return start(folder, 0);
    }

    /**
     * Starts a registry on a given port whose schemas are kept in a folder.
     *
     * @param folder the folder; made if absent
     * @param port port on the loopback interface; 0 is the last one of the folder, or a free one
     * @return the running registry
     * @throws BrokerException if the port is taken
     */
    public static RegistryServer start(Path folder, int port) {
        return start(Optional.of(folder), port);
    }

    private static RegistryServer start(Optional<Path> folder, int port) {
        try {
            if (folder.isPresent()) {
                Files.createDirectories(folder.get());
            }
            SchemaCatalog catalog = new SchemaCatalog(folder.map(path -> path.resolve("registry.json")));
            RegistryServer registry = new RegistryServer(port == 0 ? bindAny(catalog.lastPort()) : bind(port), catalog);
            catalog.listensOn(registry.server.getAddress().getPort());
            registry.listen();
            return registry;
        } catch (IOException failed) {
            throw new BrokerException("Cannot start a schema registry: " + failed.getMessage(), failed);
        }
    }

    private static HttpServer bindAny(int preferred) throws IOException {
        try {
            return bind(preferred);
        } catch (BindException taken) {
            return bind(0);
        }
    }

    private static HttpServer bind(int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (BindException taken) {
            throw new BindException("port " + port + " is taken; choose another one");
        }
    }

    private void listen() {
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@return the address for clients} */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** {@return requests received, answered or not} */
    public long requests() {
        return requests.get();
    }

    /**
     * Changes the behaviour towards clients; hanging requests are answered when the mode changes.
     *
     * @param next the new mode
     */
    public synchronized void become(Mode next) {
        CountDownLatch waiting = released;
        released = new CountDownLatch(next == Mode.HANGING ? 1 : 0);
        mode = next;
        waiting.countDown();
    }

    /** Stops at once; connections are closed. */
    @Override
    public void close() {
        become(Mode.UNAVAILABLE);
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            awaitRelease();
            if (mode == Mode.UNAVAILABLE) {
                send(exchange, 503, error(50301, "Registry is unavailable"));
                return;
            }
            answer(exchange, body);
        }
    }

    private void answer(HttpExchange exchange, JsonNode body) throws IOException {
        try {
            String path = exchange.getRequestURI().getRawPath();
            send(exchange, 200, routes.answer(exchange.getRequestMethod(), RegistryRoutes.segments(path), body));
        } catch (RegistryException refused) {
            send(exchange, refused.status(), error(refused.errorCode(), String.valueOf(refused.getMessage())));
        } catch (RuntimeException failed) { // the client gets an answer whatever went wrong
            send(exchange, 500, error(50001, String.valueOf(failed)));
        }
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static Object error(int code, String message) {
        return Map.of("error_code", code, "message", message);
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", MEDIA_TYPE);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
