package io.icestream.engine.storage.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.icestream.engine.storage.Attribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests through a proxy, which is a server in this process. */
class ProxyTest {
    private final HttpServer proxy;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> agents = new CopyOnWriteArrayList<>();

    ProxyTest() throws IOException {
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        proxy.createContext("/", this::answer);
        proxy.start();
    }

    @AfterEach
    void stop() {
        proxy.stop(0);
    }

    /** Lets {@code user:word} in, who has to say it. */
    private void answer(HttpExchange exchange) throws IOException {
        String login = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
        asked.add(exchange.getRequestURI() + " " + login);
        agents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
        boolean letIn = "Basic dXNlcjp3b3Jk".equals(login);
        if (!letIn) {
            exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
        }
        exchange.sendResponseHeaders(letIn ? 204 : 407, -1);
        exchange.close();
    }

    private ProxyServer server(Optional<ProxyServer.Login> login, Set<String> direct) {
        return new ProxyServer(
                URI.create("http://127.0.0.1:" + proxy.getAddress().getPort()), login, direct);
    }

    private Reply ask(ProxyServer server, String address) {
        RequestOptions options = CloudFixture.options().proxy(server).build();
        try (HttpCalls calls = new HttpCalls(options, new Counters())) {
            return calls.send(HttpCall.of(CloudOperation.GET, "GET", URI.create(address)), Duration.ofSeconds(20));
        }
    }

    @Test
    void requestsGoThroughTheProxyWithItsLogin() {
        Reply reply =
                ask(server(Optional.of(new ProxyServer.Login("user", "word")), Set.of()), "http://store.invalid/a/b");

        assertThat(reply.status()).isEqualTo(204);
        assertThat(asked)
                .containsExactly("http://store.invalid/a/b null", "http://store.invalid/a/b Basic dXNlcjp3b3Jk");
    }

    @Test
    void requestsSayWhomTheyAreMadeFor() {
        RequestOptions options = CloudFixture.options()
                .proxy(server(Optional.empty(), Set.of()))
                .attribution(new Attribution(Optional.of("api/1"), Optional.of("backfill"), Optional.empty()))
                .build();
        try (HttpCalls calls = new HttpCalls(options, new Counters())) {
            calls.send(
                    HttpCall.of(CloudOperation.GET, "GET", URI.create("http://store.invalid/a")),
                    Duration.ofSeconds(20));
        }
        assertThat(agents).containsExactly("api/1 icestream (workload=backfill)");
    }

    @Test
    void directHostsAreReachedWithoutIt() {
        String direct = "http://127.0.0.1:" + proxy.getAddress().getPort() + "/direct";

        assertThat(ask(server(Optional.empty(), Set.of("127.0.0.1")), direct).status())
                .isEqualTo(407);
        assertThat(asked).containsExactly("/direct null");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, false",
        "example.com, store.example.com, true",
        ".example.com, store.example.com, false",
        ".example.com, example.com, false",
        "*.example.com, store.EXAMPLE.com, false",
        ".example.com, badexample.com, true",
        "*, anything, false"
    })
    void directHostsMayBeWholeDomains(String direct, String host, boolean served) {
        assertThat(server(Optional.empty(), Set.of(direct)).serves(host)).isEqualTo(served);
    }

    @Test
    void anAddressWithoutPortIsRefusedAndALoginIsNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.of(URI.create("http://user:word@proxy"), Set.of()))
                .withMessageContaining("http://HOST:PORT is needed")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("word"));
        assertThat(ProxyServer.of(URI.create("http://user:word@proxy:1"), Set.of())
                        .toString())
                .doesNotContain("word");
    }
}
